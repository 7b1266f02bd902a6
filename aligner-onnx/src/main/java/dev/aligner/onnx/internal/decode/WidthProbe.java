package dev.aligner.onnx.internal.decode;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Finds out whether what a token gets depends on how many are read in one step, by reading the same
 * tokens in one step and one by one. Where it does, neither drafts nor batches write what decoding
 * one by one writes: the activations of a step share a scale, a last bit that depends on the width
 * decides how an activation is rounded, or the graph was traced for one token and its mask is wrong
 * for several.
 *
 * @param difference the largest difference of a logit, as a share of the range of all logits there
 * @param sameBest whether the best id was the same everywhere, or as good as another
 * @param tolerance the difference that a model of this kind may show
 */
public record WidthProbe(double difference, boolean sameBest, double tolerance) {

  /** What a graph makes of activations, which says what to look for. */
  public enum Activations {
    /**
     * They are numbers of floating point from end to end. Rounding of fp16 stays far below the
     * tolerance; a scale that is shared is above, and a mask that is missing far above.
     */
    FLOATS(0, 4, 0.01),

    /**
     * They are rounded to bytes here and there, which hides last bits mostly and magnifies them now
     * and then: only more tokens show that, behind a longer past, over which more is summed up.
     */
    ROUNDED(128, 16, 1e-5);

    private final int past;
    private final int tokens;
    private final double tolerance;

    Activations(int past, int tokens, double tolerance) {
      this.past = past;
      this.tokens = tokens;
      this.tolerance = tolerance;
    }
  }

  private static final int PROMPT = 4;

  /**
   * Probes a model.
   *
   * @param model the model
   * @param vocabSize its number of ids
   * @param positions how many positions it has
   * @param activations what its graphs make of activations
   * @param cost learns what the steps took
   * @return what was found
   */
  public static WidthProbe run(
      SequenceModel model, int vocabSize, int positions, Activations activations, StepCost cost) {
    SplittableRandom random = new SplittableRandom(7);
    int[] prompt = random.ints(PROMPT, 0, vocabSize).toArray();
    int most = Math.max(1, Math.min(activations.tokens, positions - PROMPT));
    int[] tokens = random.ints(most, 0, vocabSize).toArray();
    int behind = Math.min(activations.past, positions - PROMPT - most);
    WidthProbe found = new WidthProbe(0, true, activations.tolerance);
    try (SequenceModel.Opened opened = model.open(List.of(prompt), Cancellation.NEVER)) {
      DecoderState state = opened.state();
      state.forward(opened.firstTokens(), 1, ScoreForm.LOGITS);
      if (behind > 0) {
        int[] past = random.ints(behind, 0, vocabSize).toArray();
        state.forward(new int[][] {past}, 1, ScoreForm.LOGITS);
      }
      int length = state.length();
      if (state.mostPositions(ScoreForm.LOGITS) < tokens.length) {
        return found; // nothing to read at once: no drafts
      }
      float[][] atOnce = new float[tokens.length][vocabSize];
      Scores scores = timed(state, tokens, cost);
      for (int i = 0; i < tokens.length; i++) {
        scores.copyTo(0, i, atOnce[i]);
      }
      state.truncate(length);
      float[] alone = new float[vocabSize];
      for (int i = 0; i < tokens.length; i++) {
        timed(state, new int[] {tokens[i]}, cost).copyTo(0, 0, alone);
        found = found.with(alone, atOnce[i]);
      }
      return found;
    }
  }

  private static Scores timed(DecoderState state, int[] tokens, StepCost cost) {
    long start = System.nanoTime();
    Scores scores = state.forward(new int[][] {tokens}, tokens.length, ScoreForm.LOGITS);
    cost.observe(tokens.length, System.nanoTime() - start);
    return scores;
  }

  private WidthProbe with(float[] alone, float[] atOnce) {
    double largest = 0;
    double lowest = Double.POSITIVE_INFINITY;
    double highest = Double.NEGATIVE_INFINITY;
    for (int id = 0; id < alone.length; id++) {
      if (Float.isFinite(alone[id])) {
        largest = Math.max(largest, Math.abs((double) alone[id] - atOnce[id]));
        lowest = Math.min(lowest, alone[id]);
        highest = Math.max(highest, alone[id]);
      }
    }
    double share = largest == 0 ? 0 : largest / (highest - lowest);
    boolean same = alone[best(alone)] - alone[best(atOnce)] <= 2 * largest;
    return new WidthProbe(Math.max(difference, share), sameBest && same, tolerance);
  }

  private static int best(float[] scores) {
    int best = 0;
    for (int id = 1; id < scores.length; id++) {
      best = scores[id] > scores[best] ? id : best;
    }
    return best;
  }

  /**
   * Tells whether a step over several tokens gives what steps over one give.
   *
   * @return true also where the graph scores one position alone, so that there is nothing to draft
   */
  public boolean isInvariant() {
    return sameBest && difference < tolerance;
  }
}
