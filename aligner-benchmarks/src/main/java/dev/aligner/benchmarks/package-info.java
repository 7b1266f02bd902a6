/**
 * What the library costs, alone and beside others. {@link dev.aligner.benchmarks.Benchmarks} is the
 * command line; the module's README says how to read what it prints.
 */
@NullMarked
package dev.aligner.benchmarks;

import org.jspecify.annotations.NullMarked;
