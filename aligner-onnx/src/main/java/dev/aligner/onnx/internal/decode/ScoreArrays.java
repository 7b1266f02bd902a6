package dev.aligner.onnx.internal.decode;

import dev.aligner.InferenceException;

/** What search computes over the scores of all ids, in the float32 of transformers. */
final class ScoreArrays {

  private ScoreArrays() {}

  /**
   * Returns the id with the highest score; the lowest such id if several have it.
   *
   * @throws InferenceException if no score is a number above negative infinity
   */
  static int argMax(float[] scores) {
    int best = -1;
    float highest = Float.NEGATIVE_INFINITY;
    for (int id = 0; id < scores.length; id++) {
      if (scores[id] > highest) {
        highest = scores[id];
        best = id;
      }
    }
    if (best < 0) {
      throw noChoice();
    }
    return best;
  }

  /**
   * Turns logits into log-probabilities, in place. All become NaN where one is NaN, one is positive
   * infinity, or all are negative infinity.
   */
  static void logSoftmax(float[] logits) {
    float highest = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      highest = Math.max(highest, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - highest);
    }
    float logSum = (float) Math.log(sum);
    for (int id = 0; id < logits.length; id++) {
      logits[id] = logits[id] - highest - logSum;
    }
  }

  /** Tells whether no score is a number. */
  static boolean allNaN(float[] scores) {
    for (float score : scores) {
      if (!Float.isNaN(score)) {
        return false;
      }
    }
    return true;
  }

  static InferenceException noChoice() {
    return new InferenceException(
        "the scores leave no token to choose: expected a score above negative infinity, found that all are"
            + " negative infinity or no numbers. Fix: export the model again in fp32, or forbid"
            + " fewer tokens",
        null);
  }
}
