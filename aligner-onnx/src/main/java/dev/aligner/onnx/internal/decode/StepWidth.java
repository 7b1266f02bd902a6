package dev.aligner.onnx.internal.decode;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Chooses how many tokens of each row a step reads, by what is known of this model, this machine
 * and these outputs.
 *
 * <p>Each token that is copied is one that need not be copied later, so it is worth the time that
 * copying takes where drafts are followed, at about the best width there. A step is as wide as
 * brings most beyond the worth of its own time. Where a draft is followed that is the width of the
 * most tokens for their time; behind an edit, where its place is a guess, a narrower one.
 */
final class StepWidth {

  /** No draft is wider; the gain is flat long before. */
  private static final int MOST = 512;

  /** Copying goes at this part of its best pace, since edits come between. */
  private static final double USUAL = 0.8;

  /** Widths are tried in steps of this part of theirs. */
  private static final int GRID = 16;

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
    int[] widths = grid(widest);
    double sunk = prompt == 0 ? 0 : cost.of(rows * (prompt + 1)) - cost.of(rows);
    double[] nanos =
        Arrays.stream(widths).mapToDouble(w -> cost.of(rows * (prompt + w)) - sunk).toArray();
    double[] followed = gain(open, read, CopyDrafter.Place.FOLLOWED, widest);
    double pace = 0;
    for (int i = 0; i < widths.length; i++) {
      pace = Math.max(pace, USUAL * followed[widths[i]] / nanos[i]);
    }
    double[] gain = gain(open, read, CopyDrafter.Place.HERE, widest);
    int best = 0;
    for (int i = 1; i < widths.length; i++) {
      if (gain[widths[i]] - pace * nanos[i] > gain[widths[best]] - pace * nanos[best]) {
        best = i;
      }
    }
    return widths[best];
  }

  /** Returns the widths to try, the widest among them. */
  private static int[] grid(int widest) {
    IntStream below =
        IntStream.iterate(1, width -> width < widest, width -> width + 1 + width / GRID);
    return IntStream.concat(below, IntStream.of(widest)).toArray();
  }

  private static double[] gain(
      List<StepOutput> open, int read, CopyDrafter.Place place, int widest) {
    double[] all = new double[widest + 1];
    double[] one = new double[widest + 1];
    for (StepOutput output : open) {
      output.expect(read, place, one);
      for (int width = 1; width <= widest; width++) {
        all[width] += one[width];
      }
    }
    return all;
  }
}
