package dev.aligner.evaluation;

import dev.aligner.evaluation.AcceptanceCurve.Measure;
import dev.aligner.evaluation.AcceptanceCurve.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/** Collects what keep-rate against fix-rate is drawn from. Not thread-safe. */
final class CurveTally {

  private static final int MOST_STEPS = 100;

  private final Lists ratios = new Lists();
  private final Lists scores = new Lists();
  private long good;
  private long bad;
  private boolean allScored = true;

  /** Of the changed rows alone: the others are shown as they were at any threshold. */
  private static final class Lists {
    private final DoubleList good = new DoubleList();
    private final DoubleList bad = new DoubleList();
  }

  void add(ScoredRow scored) {
    EvaluationRow row = scored.row();
    if (!row.isGood() && !row.isBad()) {
      return;
    }
    good += row.isGood() ? 1 : 0;
    bad += row.isBad() ? 1 : 0;
    if (row.isChanged()) {
      (row.isGood() ? ratios.good : ratios.bad).add(scored.editRatio());
      allScored &= row.score().isPresent();
      // Negated, so that both measures accept what is small.
      (row.isGood() ? scores.good : scores.bad).add(-row.score().orElse(0));
    }
  }

  List<AcceptanceCurve> curves() {
    if (good == 0 || bad == 0) {
      return List.of();
    }
    List<AcceptanceCurve> curves = new ArrayList<>();
    curves.add(curve(Measure.EDIT_RATIO, ratios));
    if (allScored && scores.good.sorted().length + scores.bad.sorted().length > 0) {
      curves.add(curve(Measure.SCORE, scores));
    }
    return curves;
  }

  private AcceptanceCurve curve(Measure measure, Lists lists) {
    double[] goods = lists.good.sorted();
    double[] bads = lists.bad.sorted();
    double[] steps =
        DoubleStream.concat(Arrays.stream(goods), Arrays.stream(bads))
            .sorted()
            .distinct()
            .toArray();
    double sign = measure == Measure.SCORE ? -1 : 1;
    List<Point> points = new ArrayList<>();
    points.add(new Point(sign * Double.NEGATIVE_INFINITY, 1, 0));
    int shown = Math.min(steps.length, MOST_STEPS);
    for (int i = 1; i <= shown; i++) {
      double step = steps[(int) ((long) i * steps.length / shown) - 1];
      points.add(
          new Point(
              sign * step + 0.0, // never -0
              1 - (double) atMost(goods, step) / good,
              (double) atMost(bads, step) / bad));
    }
    return new AcceptanceCurve(measure, points);
  }

  private static int atMost(double[] sorted, double most) {
    int count = 0;
    int end = sorted.length;
    while (count < end) {
      int middle = (count + end) >>> 1;
      if (sorted[middle] <= most) {
        count = middle + 1;
      } else {
        end = middle;
      }
    }
    return count;
  }
}
