/**
 * Who uses the model when: the batches of one call, and concurrent calls that are put together. The
 * door is {@link dev.aligner.onnx.internal.batch.Dispatcher}. There are no threads of its own:
 * callers take the steps of the model for each other.
 */
@NullMarked
package dev.aligner.onnx.internal.batch;

import org.jspecify.annotations.NullMarked;
