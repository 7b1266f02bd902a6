package dev.aligner.onnx.internal.decode.process;

import dev.aligner.InferenceException;
import java.util.random.RandomGenerator;

/**
 * Draws ids with the probabilities that softmax gives their scores, as {@code torch.multinomial} of
 * a softmax does. Probabilities are 32-bit floats as in torch; an id whose probability rounds to 0
 * is not drawn. The random numbers are another generator's than torch's, so the distribution is the
 * same and the ids of a seed are not.
 *
 * <p>Not thread-safe: it keeps memory from call to call.
 */
public final class TokenSampler {

  private final Softmax softmax = new Softmax();
  private final Scratch scratch = new Scratch();

  /**
   * Draws one id.
   *
   * @param scores one score for each id; not changed
   * @param random asked once
   * @return the id
   * @throws InferenceException if no id may be drawn, or a score is NaN or plus infinity
   */
  public int draw(float[] scores, RandomGenerator random) {
    return drawWeighted(weights(scores), random);
  }

  /**
   * Draws several ids, none twice: each from those not drawn yet, with their probabilities scaled
   * to 1. If fewer have a probability above 0, the best scores of the others follow, lower ids
   * first among equals; torch takes any.
   *
   * @param scores one score for each id; not changed
   * @param count how many to draw, at most as many as there are scores
   * @param random asked once for each id of a probability above 0
   * @return the ids in the order in which they were drawn
   * @throws InferenceException if no id may be drawn, or a score is NaN or plus infinity
   * @throws IllegalArgumentException if there are fewer scores than ids to draw
   */
  public int[] drawWithoutReplacement(float[] scores, int count, RandomGenerator random) {
    if (count < 0 || count > scores.length) {
      throw new IllegalArgumentException(
          "expected to draw 0 to " + scores.length + " ids; found " + count);
    }
    float[] weights = weights(scores);
    int[] drawn = new int[count];
    for (int i = 0; i < count; i++) {
      int id = drawWeighted(weights, random);
      if (id < 0) {
        addBest(scores, drawn, i);
        return drawn;
      }
      drawn[i] = id;
      weights[id] = 0;
    }
    return drawn;
  }

  /**
   * Returns the probabilities that ids are drawn with.
   *
   * @param scores one score for each id; not changed
   * @return one probability for each id; the caller's to keep
   * @throws InferenceException if no id may be drawn, or a score is NaN or plus infinity
   */
  public float[] probabilities(float[] scores) {
    return weights(scores).clone();
  }

  private float[] weights(float[] scores) {
    if (softmax.compute(scores)) {
      return softmax.probabilities();
    }
    boolean allForbidden = true;
    for (float score : scores) {
      allForbidden &= score == Float.NEGATIVE_INFINITY;
    }
    throw new InferenceException(
        "no token can be drawn from "
            + scores.length
            + " scores: "
            + (allForbidden ? "all are forbidden" : "one is NaN or plus infinity"),
        null);
  }

  /** Draws in proportion to weights; returns -1 if all are 0. */
  private static int drawWeighted(float[] weights, RandomGenerator random) {
    double sum = 0;
    for (float weight : weights) {
      sum += weight;
    }
    if (sum == 0) {
      return -1;
    }
    double point = random.nextDouble() * sum;
    int last = -1;
    double passed = 0;
    for (int id = 0; id < weights.length; id++) {
      if (weights[id] > 0) {
        last = id;
        passed += weights[id];
        if (point < passed) {
          return id;
        }
      }
    }
    return last;
  }

  /** Fills up with the best scores that were not drawn. */
  private void addBest(float[] scores, int[] drawn, int from) {
    float[] others = scores.clone();
    for (int i = 0; i < from; i++) {
      others[drawn[i]] = Float.POSITIVE_INFINITY; // takes one of the first places
    }
    long[] best = scratch.best(others, drawn.length);
    for (int i = from; i < drawn.length; i++) {
      drawn[i] = Scratch.id(best[i]);
    }
  }
}
