package dev.aligner.onnx.internal.decode.process;

import dev.aligner.onnx.LogitsProcessor;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Set;

/** Allows nothing but some ids, with a score of 0 each, at one length of what was read. */
final class ForcedTokens implements LogitsProcessor {

  private final int length;
  private final int[] ids;

  /**
   * Makes a rule.
   *
   * @param length the length
   * @param ids the ids, all of the vocabulary
   */
  ForcedTokens(int length, Set<Integer> ids) {
    this.length = length;
    this.ids = ids.stream().mapToInt(id -> id).toArray();
  }

  @Override
  public void process(IntBuffer inputIds, float[] scores) {
    if (inputIds.limit() == length) {
      Arrays.fill(scores, Float.NEGATIVE_INFINITY);
      for (int id : ids) {
        scores[id] = 0;
      }
    }
  }
}
