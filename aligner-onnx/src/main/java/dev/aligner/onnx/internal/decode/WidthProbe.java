package dev.aligner.onnx.internal.decode;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Finds out whether what a token gets depends on how many are read in one step, by reading the same
 * tokens in one step and one by one. Where it does, neither drafts nor batches write what decoding
 * one by one writes: the activations of a step share a scale, or the graph was traced for one token
 * and its mask is wrong for several.
 *
 * @param difference the largest difference of a logit, as a share of the range of all logits there
 * @param sameBest whether the best id was the same everywhere, or as good as another
 */
public record WidthProbe(double difference, boolean sameBest) {

  /**
   * Rounding of fp16 stays far below; a scale that is shared is above, and a mask that is missing
   * far above. Where activations are rounded to bytes, row by row, models are found on either side.
   */
  private static final double TOLERANCE = 0.01;

  private static final int TOKENS = 4;

  /**
   * Probes a model.
   *
   * @param model the model
   * @param vocabSize its number of ids
   * @param cost learns what the steps took
   * @return what was found
   */
  public static WidthProbe run(SequenceModel model, int vocabSize, StepCost cost) {
    SplittableRandom random = new SplittableRandom(7);
    int[] prompt = random.ints(TOKENS, 0, vocabSize).toArray();
    int[] tokens = random.ints(TOKENS, 0, vocabSize).toArray();
    try (SequenceModel.Opened opened = model.open(List.of(prompt), Cancellation.NEVER)) {
      DecoderState state = opened.state();
      state.forward(opened.firstTokens(), 1, ScoreForm.LOGITS);
      int length = state.length();
      if (state.mostPositions(ScoreForm.LOGITS) < TOKENS) {
        return new WidthProbe(0, true); // nothing to read at once: no drafts
      }
      float[][] atOnce = new float[TOKENS][vocabSize];
      Scores scores = timed(state, tokens, cost);
      for (int i = 0; i < TOKENS; i++) {
        scores.copyTo(0, i, atOnce[i]);
      }
      state.truncate(length);
      WidthProbe found = new WidthProbe(0, true);
      float[] alone = new float[vocabSize];
      for (int i = 0; i < TOKENS; i++) {
        timed(state, new int[] {tokens[i]}, cost).copyTo(0, 0, alone);
        found = found.and(compare(alone, atOnce[i]));
      }
      return found;
    }
  }

  private WidthProbe and(WidthProbe other) {
    return new WidthProbe(Math.max(difference, other.difference), sameBest && other.sameBest);
  }

  private static Scores timed(DecoderState state, int[] tokens, StepCost cost) {
    long start = System.nanoTime();
    Scores scores = state.forward(new int[][] {tokens}, tokens.length, ScoreForm.LOGITS);
    cost.observe(tokens.length, System.nanoTime() - start);
    return scores;
  }

  private static WidthProbe compare(float[] alone, float[] atOnce) {
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
    boolean sameBest = alone[best(alone)] - alone[best(atOnce)] <= 2 * largest;
    return new WidthProbe(largest == 0 ? 0 : largest / (highest - lowest), sameBest);
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
    return sameBest && difference < TOLERANCE;
  }
}
