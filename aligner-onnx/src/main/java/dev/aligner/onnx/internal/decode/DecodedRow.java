package dev.aligner.onnx.internal.decode;

import dev.aligner.FinishReason;

/**
 * One output of a generation.
 *
 * @param tokenIds the tokens that were written, the final end-of-sequence token included, the
 *     decoder's start token and padding not
 * @param finishReason why it ended
 * @param score the score of beam search, the sum of its log-probabilities over a power of its
 *     length; NaN in other searches
 * @param drafts what drafts did for it
 */
public record DecodedRow(
    int[] tokenIds, FinishReason finishReason, double score, DraftUsage drafts) {

  /** Makes an output that had no draft. */
  public DecodedRow(int[] tokenIds, FinishReason finishReason, double score) {
    this(tokenIds, finishReason, score, DraftUsage.NONE);
  }

  /** Makes the output of a search that has no scores. */
  public DecodedRow(int[] tokenIds, FinishReason finishReason) {
    this(tokenIds, finishReason, Double.NaN, DraftUsage.NONE);
  }
}
