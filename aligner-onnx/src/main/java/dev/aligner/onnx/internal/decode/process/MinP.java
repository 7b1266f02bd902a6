package dev.aligner.onnx.internal.decode.process;

import dev.aligner.onnx.LogitsProcessor;
import java.nio.IntBuffer;

/** Keeps ids of at least a share of the highest probability (arXiv 2407.01082). Not thread-safe. */
final class MinP implements LogitsProcessor {

  private final float share;
  private final int minKept;
  private final Scratch scratch;

  /**
   * Makes a filter.
   *
   * @param share the share, 0 to 1
   * @param minKept how many of the best ids are kept in any case, at least 1; of equal scores the
   *     lower ids
   * @param scratch memory
   */
  MinP(double share, int minKept, Scratch scratch) {
    this.share = (float) share;
    this.minKept = minKept;
    this.scratch = scratch;
  }

  @Override
  public void process(IntBuffer inputIds, float[] scores) {
    if (!scratch.softmax().compute(scores)) {
      return;
    }
    float[] probabilities = scratch.softmax().probabilities();
    float highest = 0;
    for (float probability : probabilities) {
      highest = Math.max(highest, probability);
    }
    float least = share * highest;
    long keptRank = scratch.lastOfBest(scores, minKept);
    for (int id = 0; id < scores.length; id++) {
      if (probabilities[id] < least && Scratch.rank(scores[id], id) < keptRank) {
        scores[id] = Float.NEGATIVE_INFINITY;
      }
    }
  }
}
