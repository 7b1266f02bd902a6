/**
 * Search over a model: pure Java that knows token ids and scores, and no runtime. The seam is
 * {@link dev.aligner.onnx.internal.decode.DecoderState}.
 */
@NullMarked
package dev.aligner.onnx.internal.decode;

import org.jspecify.annotations.NullMarked;
