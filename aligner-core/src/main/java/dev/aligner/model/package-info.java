/**
 * Models that come inside a jar. A model jar extends {@link dev.aligner.model.BundledModel} and
 * registers it with {@link java.util.ServiceLoader}; engines find it there.
 */
@NullMarked
package dev.aligner.model;

import org.jspecify.annotations.NullMarked;
