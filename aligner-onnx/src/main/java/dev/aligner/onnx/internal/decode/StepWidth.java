package dev.aligner.onnx.internal.decode;

import java.util.List;

/**
 * Chooses how many tokens of each row a step reads: as many as bring the most tokens in the time
 * that they cost, by what is known of this model, this machine and these outputs.
 */
final class StepWidth {

  /** No draft is wider; the gain is flat long before. */
  private static final int MOST = 512;

  /** The search ends where wider steps have become so much worse. */
  private static final double WORSE = 0.7;

  private final StepCost cost;

  StepWidth(StepCost cost) {
    this.cost = cost;
  }

  /**
   * Chooses.
   *
   * @param open the outputs that are not ended; at least one
   * @param rows how many rows the step has
   * @param read how many written tokens of each row the cache holds
   * @param most the widest step that is allowed; at least 1
   * @param prompt how many tokens of each prompt the step reads before
   * @return the width
   */
  int choose(List<StepOutput> open, int rows, int read, int most, int prompt) {
    int useful = open.stream().mapToInt(output -> output.usefulWidth(read)).max().orElse(1);
    int widest = Math.min(Math.min(most, MOST), useful);
    if (widest <= 1) {
      return 1;
    }
    double[] gain = gain(open, read, widest);
    double sunk = prompt == 0 ? 0 : cost.of(rows * (prompt + 1)) - cost.of(rows);
    int best = 1;
    double bestRate = 0;
    for (int width = 1; width <= widest; width++) {
      double rate = gain[width] / (cost.of(rows * (prompt + width)) - sunk);
      if (rate > bestRate) {
        best = width;
        bestRate = rate;
      } else if (rate < WORSE * bestRate) {
        break;
      }
    }
    return best;
  }

  private static double[] gain(List<StepOutput> open, int read, int widest) {
    double[] all = new double[widest + 1];
    double[] one = new double[widest + 1];
    for (StepOutput output : open) {
      output.expect(read, one);
      for (int width = 1; width <= widest; width++) {
        all[width] += one[width];
      }
    }
    return all;
  }
}
