package dev.aligner.onnx.internal.decode.process;

import dev.aligner.onnx.LogitsProcessor;
import java.nio.IntBuffer;

/**
 * Lowers the scores of ids that were written: by {@code frequency * count + presence}, as the API
 * of OpenAI defines its two penalties. What the decoder was given to read does not count.
 *
 * <p>Not thread-safe: it keeps its counters, all 0, from call to call.
 */
final class WrittenPenalty implements LogitsProcessor {

  private final int promptLength;
  private final double frequency;
  private final double presence;
  private int[] counts = new int[0];

  /**
   * Makes a penalty.
   *
   * @param promptLength how many ids the decoder was given
   * @param frequency what each occurrence costs
   * @param presence what the first occurrence costs besides
   */
  WrittenPenalty(int promptLength, double frequency, double presence) {
    this.promptLength = promptLength;
    this.frequency = frequency;
    this.presence = presence;
  }

  @Override
  public void process(IntBuffer inputIds, float[] scores) {
    if (counts.length < scores.length) {
      counts = new int[scores.length];
    }
    for (int i = promptLength; i < inputIds.limit(); i++) {
      if (inputIds.get(i) < scores.length) {
        counts[inputIds.get(i)]++;
      }
    }
    for (int i = promptLength; i < inputIds.limit(); i++) {
      int id = inputIds.get(i);
      if (id < scores.length && counts[id] > 0) {
        scores[id] = (float) (scores[id] - (frequency * counts[id] + presence));
        counts[id] = 0;
      }
    }
  }
}
