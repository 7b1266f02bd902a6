/**
 * {@link dev.aligner.metrics.AlignmentMetrics} counts and times corrections by Micrometer, which is
 * an optional dependency.
 */
@NullMarked
package dev.aligner.metrics;

import org.jspecify.annotations.NullMarked;
