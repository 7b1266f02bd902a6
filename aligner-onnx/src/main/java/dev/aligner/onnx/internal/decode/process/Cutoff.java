package dev.aligner.onnx.internal.decode.process;

import dev.aligner.onnx.LogitsProcessor;
import java.nio.IntBuffer;

/**
 * Keeps ids of at least some probability: a fixed one, epsilon, or eta, which the entropy lowers
 * (arXiv 2210.15191). The best scores are kept in any case, with all that equal the last of them.
 * Not thread-safe.
 */
final class Cutoff implements LogitsProcessor {

  private final Limit limit;
  private final int minKept;
  private final Scratch scratch;

  private Cutoff(Limit limit, int minKept, Scratch scratch) {
    this.limit = limit;
    this.minKept = minKept;
    this.scratch = scratch;
  }

  /**
   * Returns a filter of epsilon sampling.
   *
   * @param epsilon the probability, above 0 and below 1
   * @param minKept how many of the best scores are kept in any case, at least 1
   * @param scratch memory
   * @return the filter
   */
  static LogitsProcessor epsilon(double epsilon, int minKept, Scratch scratch) {
    return new Cutoff((softmax, scores) -> (float) epsilon, minKept, scratch);
  }

  /**
   * Returns a filter of eta sampling.
   *
   * @param epsilon the probability, above 0 and below 1, that the entropy may lower
   * @param minKept how many of the best scores are kept in any case, at least 1
   * @param scratch memory
   * @return the filter
   */
  static LogitsProcessor eta(double epsilon, int minKept, Scratch scratch) {
    float fixed = (float) epsilon;
    float root = (float) Math.sqrt(fixed);
    return new Cutoff(
        (softmax, scores) -> Math.min(fixed, root * (float) Math.exp(-softmax.entropy(scores))),
        minKept,
        scratch);
  }

  @Override
  public void process(IntBuffer inputIds, float[] scores) {
    Softmax softmax = scratch.softmax();
    if (!softmax.compute(scores)) {
      return;
    }
    float leastProbability = limit.of(softmax, scores);
    float keptScore = LongHeap.score(scratch.lastOfBest(scores, minKept));
    for (int id = 0; id < scores.length; id++) {
      if (softmax.probabilities()[id] < leastProbability && scores[id] < keptScore) {
        scores[id] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /** The probability below which ids go. */
  @FunctionalInterface
  private interface Limit {
    float of(Softmax softmax, float[] scores);
  }
}
