package dev.aligner.onnx.internal.decode.process;

/**
 * The softmax of one array of scores, in 32-bit floats as torch computes it. The sum alone is taken
 * in 64 bits; torch adds in an order that depends on the CPU.
 *
 * <p>Not thread-safe: it keeps memory from call to call.
 */
final class Softmax {

  private float[] probabilities = new float[0];
  private float max;
  private float logSum;

  /**
   * Computes.
   *
   * @param scores the scores; not changed
   * @return false if there is a NaN or the highest score is infinite, for which softmax is
   *     undefined and this object holds nothing
   */
  boolean compute(float[] scores) {
    if (probabilities.length != scores.length) {
      probabilities = new float[scores.length];
    }
    max = Float.NEGATIVE_INFINITY;
    for (float score : scores) {
      max = Math.max(max, score); // NaN if either is
    }
    if (!Float.isFinite(max)) {
      return false;
    }
    double sum = 0;
    for (int id = 0; id < scores.length; id++) {
      float score = scores[id];
      float power = score == Float.NEGATIVE_INFINITY ? 0 : (float) Math.exp(score - max);
      probabilities[id] = power;
      sum += power;
    }
    for (int id = 0; id < scores.length; id++) {
      probabilities[id] /= (float) sum;
    }
    logSum = (float) Math.log(sum);
    return true;
  }

  /**
   * Returns the probabilities.
   *
   * @return one for each id, until the next computation; the caller may overwrite them
   */
  float[] probabilities() {
    return probabilities;
  }

  /**
   * Returns the log-probability of a score.
   *
   * @param score one of the scores that were computed with
   * @return 0 or less
   */
  float logProbability(float score) {
    return score - max - logSum;
  }

  /**
   * Returns the entropy.
   *
   * @param scores the scores that were computed with
   * @return the entropy in nats
   */
  float entropy(float[] scores) {
    double sum = 0;
    for (int id = 0; id < scores.length; id++) {
      if (probabilities[id] > 0) {
        sum -= logProbability(scores[id]) * probabilities[id];
      }
    }
    return (float) sum;
  }
}
