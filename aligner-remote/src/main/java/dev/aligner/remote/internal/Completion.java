package dev.aligner.remote.internal;

import dev.aligner.CorrectionUsage;
import dev.aligner.FinishReason;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * What a model wrote.
 *
 * @param text the output
 * @param finishReason why it ended
 * @param promptTokens what the model read, if the server tells
 * @param outputTokens what it wrote, if the server tells
 */
record Completion(
    String text, FinishReason finishReason, OptionalInt promptTokens, OptionalInt outputTokens) {

  /** Returns what it cost, as far as the server tells. */
  CorrectionUsage usage(Duration duration) {
    CorrectionUsage.Builder usage = CorrectionUsage.builder(duration).finishReason(finishReason);
    promptTokens.ifPresent(usage::promptTokens);
    outputTokens.ifPresent(usage::outputTokens);
    return usage.build();
  }

  /** Tells lengths; the text never reaches a log. */
  @Override
  public String toString() {
    return "Completion[" + text.length() + " chars, " + finishReason + "]";
  }
}
