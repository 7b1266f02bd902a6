package dev.aligner.onnx;

import dev.aligner.FinishReason;
import java.time.Duration;

/**
 * What a model wrote.
 *
 * <p>Immutable and thread-safe. {@link #toString()} tells counts, never the text.
 */
public final class Generation {

  private final int[] tokenIds;
  private final String text;
  private final FinishReason finishReason;
  private final int promptTokens;
  private final int modelSteps;
  private final Duration duration;

  Generation(
      int[] tokenIds,
      String text,
      FinishReason finishReason,
      int promptTokens,
      int modelSteps,
      Duration duration) {
    this.tokenIds = tokenIds;
    this.text = text;
    this.finishReason = finishReason;
    this.promptTokens = promptTokens;
    this.modelSteps = modelSteps;
    this.duration = duration;
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
   * Returns why the model stopped.
   *
   * @return the reason
   */
  public FinishReason finishReason() {
    return finishReason;
  }

  /**
   * Returns the tokens the model read, special ones included.
   *
   * @return the count
   */
  public int promptTokens() {
    return promptTokens;
  }

  /**
   * Returns the decoder runs, the one over the prompt included, an encoder's not.
   *
   * @return the count
   */
  public int modelSteps() {
    return modelSteps;
  }

  /**
   * Returns the wall-clock time.
   *
   * @return the duration
   */
  public Duration duration() {
    return duration;
  }

  @Override
  public String toString() {
    return "Generation["
        + tokenIds.length
        + " tokens, "
        + finishReason
        + ", promptTokens="
        + promptTokens
        + ", modelSteps="
        + modelSteps
        + ", "
        + duration
        + "]";
  }
}
