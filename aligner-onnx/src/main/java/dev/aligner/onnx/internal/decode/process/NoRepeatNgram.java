package dev.aligner.onnx.internal.decode.process;

import dev.aligner.onnx.LogitsProcessor;
import java.nio.IntBuffer;

/**
 * Forbids ids that would complete a sequence of {@code size} ids which was there before. Each step
 * looks once along the text, which for a few thousand ids costs less than keeping an index of it
 * for each beam.
 */
final class NoRepeatNgram {

  private NoRepeatNgram() {}

  /**
   * Returns what forbids to repeat anything that the decoder has read.
   *
   * @param size how many ids are a sequence, at least 1
   * @return the processor
   */
  static LogitsProcessor ofRead(int size) {
    return (inputIds, scores) -> forbid(size, inputIds, inputIds, scores);
  }

  /**
   * Returns what forbids to repeat the prompt.
   *
   * @param size how many ids are a sequence, at least 1
   * @param prompt the ids
   * @return the processor
   */
  static LogitsProcessor ofPrompt(int size, int[] prompt) {
    IntBuffer text = IntBuffer.wrap(prompt);
    return (inputIds, scores) -> forbid(size, text, inputIds, scores);
  }

  private static void forbid(int size, IntBuffer text, IntBuffer inputIds, float[] scores) {
    int suffix = inputIds.limit() - (size - 1);
    if (suffix < 0) {
      return;
    }
    int last = text.limit() - size;
    for (int start = 0; start <= last; start++) {
      if (same(text, start, inputIds, suffix)) {
        int id = text.get(start + size - 1);
        if (id >= 0 && id < scores.length) {
          scores[id] = Float.NEGATIVE_INFINITY;
        }
      }
    }
  }

  private static boolean same(IntBuffer text, int start, IntBuffer inputIds, int suffix) {
    for (int i = suffix; i < inputIds.limit(); i++) {
      if (text.get(start + i - suffix) != inputIds.get(i)) {
        return false;
      }
    }
    return true;
  }
}
