package dev.aligner.onnx.internal.decode.process;

import dev.aligner.onnx.LogitsProcessor;
import java.nio.IntBuffer;
import java.util.Set;

/**
 * Raises the scores of the end with each id beyond a length: by {@code |score| * (factor^n - 1)}
 * after {@code n} of them.
 *
 * <p>An end that is forbidden, as by a minimal length, becomes certain: transformers makes its
 * score NaN there, which its arg-max takes for the highest, and so do we. A score too large for a
 * float is the largest one, where transformers fails.
 */
final class LengthDecay implements LogitsProcessor {

  private final int start;
  private final double factor;
  private final int[] eosIds;

  /**
   * Makes a decay.
   *
   * @param start the length, that of the prompt included
   * @param factor the factor, above 0
   * @param eosIds the ids that end an output; those beyond the vocabulary are ignored
   */
  LengthDecay(int start, double factor, Set<Integer> eosIds) {
    this.start = start;
    this.factor = factor;
    this.eosIds = eosIds.stream().mapToInt(id -> id).toArray();
  }

  @Override
  public void process(IntBuffer inputIds, float[] scores) {
    int beyond = inputIds.limit() - start;
    if (beyond <= 0) {
      return;
    }
    double growth = Math.min(Math.pow(factor, beyond) - 1, Float.MAX_VALUE);
    for (int id : eosIds) {
      if (id < scores.length) {
        scores[id] = raised(scores[id], growth);
      }
    }
  }

  private static float raised(float score, double growth) {
    if (Float.isInfinite(score)) {
      return Float.POSITIVE_INFINITY;
    }
    float raised = score + Math.abs(score) * (float) growth;
    return raised == Float.POSITIVE_INFINITY ? Float.MAX_VALUE : raised;
  }
}
