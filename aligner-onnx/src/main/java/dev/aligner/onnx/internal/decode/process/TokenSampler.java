package dev.aligner.onnx.internal.decode.process;

import dev.aligner.InferenceException;
import java.util.random.RandomGenerator;

/** Draws ids by the softmax of their scores. A stand-in until the sampler proper is merged. */
public final class TokenSampler {

  /**
   * Draws one id.
   *
   * @param scores one score for each id; not changed
   * @param random asked once
   * @return the id
   */
  public int draw(float[] scores, RandomGenerator random) {
    return drawWithoutReplacement(scores, 1, random)[0];
  }

  /**
   * Draws distinct ids, one after the other.
   *
   * @param scores one score for each id; not changed
   * @param count how many
   * @param random asked once for each id
   * @return the ids in the order of drawing
   */
  public int[] drawWithoutReplacement(float[] scores, int count, RandomGenerator random) {
    double[] weights = weights(scores);
    int[] drawn = new int[count];
    for (int i = 0; i < count; i++) {
      double left = 0;
      for (double weight : weights) {
        left += Math.max(0, weight);
      }
      left *= random.nextDouble();
      for (int id = 0; id < weights.length; id++) {
        if (weights[id] >= 0) {
          drawn[i] = id;
          left -= weights[id];
          if (left < 0) {
            break;
          }
        }
      }
      weights[drawn[i]] = -1;
    }
    return drawn;
  }

  private static double[] weights(float[] scores) {
    double highest = Double.NEGATIVE_INFINITY;
    for (float score : scores) {
      highest = Math.max(highest, score);
    }
    if (!Double.isFinite(highest)) {
      throw new InferenceException("expected finite scores; found " + highest + ". Fix:", null);
    }
    double[] weights = new double[scores.length];
    for (int id = 0; id < scores.length; id++) {
      weights[id] = Math.exp(scores[id] - highest);
    }
    return weights;
  }
}
