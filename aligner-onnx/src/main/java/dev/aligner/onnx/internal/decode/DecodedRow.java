package dev.aligner.onnx.internal.decode;

import dev.aligner.FinishReason;

/**
 * What one row of a generation became.
 *
 * @param tokenIds the tokens that were written, the final end-of-sequence token included, the
 *     decoder's start token and padding not
 * @param finishReason why the row ended
 */
public record DecodedRow(int[] tokenIds, FinishReason finishReason) {}
