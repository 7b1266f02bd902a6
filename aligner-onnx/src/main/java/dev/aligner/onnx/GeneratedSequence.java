package dev.aligner.onnx;

import dev.aligner.FinishReason;
import java.util.OptionalDouble;

/**
 * One output of a {@link Generation}.
 *
 * <p>Immutable and thread-safe. {@link #toString()} tells counts, never the text.
 */
public final class GeneratedSequence {

  private final int[] tokenIds;
  private final String text;
  private final FinishReason finishReason;
  private final double score;

  GeneratedSequence(int[] tokenIds, String text, FinishReason finishReason, double score) {
    this.tokenIds = tokenIds.clone();
    this.text = text;
    this.finishReason = finishReason;
    this.score = score;
  }

  /**
   * Returns the ids of the tokens that were written, the final end-of-sequence token included, the
   * prompt and the decoder's start token not.
   *
   * @return a fresh array
   */
  public int[] tokenIds() {
    return tokenIds.clone();
  }

  /**
   * Returns the text of the tokens, special ones left out.
   *
   * @return the text
   */
  public String text() {
    return text;
  }

  /**
   * Returns why the output ended.
   *
   * @return the reason
   */
  public FinishReason finishReason() {
    return finishReason;
  }

  /**
   * Returns the score of beam search, as {@code sequences_scores} of transformers: the sum of the
   * log-probabilities over a power of the length.
   *
   * @return the score, the higher the better; empty if it was not found by beam search
   */
  public OptionalDouble score() {
    return Double.isNaN(score) ? OptionalDouble.empty() : OptionalDouble.of(score);
  }

  @Override
  public String toString() {
    return tokenIds.length
        + " tokens, "
        + finishReason
        + (Double.isNaN(score) ? "" : ", score=" + score);
  }
}
