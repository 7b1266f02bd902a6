package dev.aligner.onnx.internal.decode.process;

import java.util.Arrays;
import java.util.Comparator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Draws ids by the softmax of their scores. A stand-in until the sampler proper is merged. */
public final class TokenSampler {

  private TokenSampler() {}

  /**
   * Draws one id.
   *
   * @param scores one score for each id; left as they are
   * @param random where the one random number comes from
   * @return the id
   */
  public static int draw(float[] scores, RandomGenerator random) {
    double[] weights = weights(scores);
    double left = random.nextDouble() * Arrays.stream(weights).sum();
    int last = 0;
    for (int id = 0; id < weights.length; id++) {
      if (weights[id] > 0) {
        last = id;
        left -= weights[id];
        if (left < 0) {
          return id;
        }
      }
    }
    return last;
  }

  /**
   * Draws distinct ids, one after the other.
   *
   * @param scores one score for each id; left as they are
   * @param count how many
   * @param random where the random numbers come from
   * @return the ids in the order of drawing
   */
  public static int[] drawWithoutReplacement(float[] scores, int count, RandomGenerator random) {
    double[] race = weights(scores);
    for (int id = 0; id < race.length; id++) {
      race[id] = race[id] > 0 ? -Math.log(1 - random.nextDouble()) / race[id] : Double.MAX_VALUE;
    }
    return IntStream.range(0, race.length)
        .boxed()
        .sorted(Comparator.comparingDouble(id -> race[id]))
        .limit(count)
        .mapToInt(id -> id)
        .toArray();
  }

  private static double[] weights(float[] scores) {
    double highest = Double.NEGATIVE_INFINITY;
    for (float score : scores) {
      highest = Math.max(highest, score);
    }
    double[] weights = new double[scores.length];
    for (int id = 0; id < scores.length; id++) {
      weights[id] = Math.exp(scores[id] - highest);
    }
    return weights;
  }
}
