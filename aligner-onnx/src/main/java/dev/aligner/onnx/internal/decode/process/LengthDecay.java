package dev.aligner.onnx.internal.decode.process;

import dev.aligner.onnx.LogitsProcessor;
import java.nio.IntBuffer;
import java.util.Set;

/**
 * Raises the scores of the end with each id beyond a length: by {@code |score| * (factor^n - 1)}
 * after {@code n} of them.
 *
 * <p>Two values differ from transformers, which has no use for its own: an end that is forbidden
 * stays so, where transformers makes it NaN; a score too large for a float is the largest one,
 * where transformers fails.
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
      if (id < scores.length && !Float.isInfinite(scores[id])) {
        float raised = scores[id] + Math.abs(scores[id]) * (float) growth;
        scores[id] = raised == Float.POSITIVE_INFINITY ? Float.MAX_VALUE : raised;
      }
    }
  }
}
