/**
 * Training data out of corrections: preference pairs for the upstream model, rows for the next
 * aligner, and what was done to get them.
 *
 * <p>Start at {@link dev.aligner.dataset.DatasetBuilder}, which turns a file of questions and
 * answers into files of {@link dev.aligner.dataset.DatasetRow}s under the choices of {@link
 * dev.aligner.dataset.DatasetOptions}.
 */
@NullMarked
package dev.aligner.dataset;

import org.jspecify.annotations.NullMarked;
