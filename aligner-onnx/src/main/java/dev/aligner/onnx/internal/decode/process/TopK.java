package dev.aligner.onnx.internal.decode.process;

import dev.aligner.onnx.LogitsProcessor;
import java.nio.IntBuffer;

/** Keeps the highest scores, and all that equal the last of them. Not thread-safe. */
final class TopK implements LogitsProcessor {

  private final int count;
  private final Scratch scratch;

  /**
   * Makes a filter.
   *
   * @param count how many scores to keep, at least 1
   * @param scratch memory
   */
  TopK(int count, Scratch scratch) {
    this.count = count;
    this.scratch = scratch;
  }

  /** NaN counts as the highest score and removes nothing, as in torch. */
  @Override
  public void process(IntBuffer inputIds, float[] scores) {
    if (count >= scores.length) {
      return;
    }
    float least = LongHeap.score(scratch.lastOfBest(scores, count));
    for (int id = 0; id < scores.length; id++) {
      if (scores[id] < least) {
        scores[id] = Float.NEGATIVE_INFINITY;
      }
    }
  }
}
