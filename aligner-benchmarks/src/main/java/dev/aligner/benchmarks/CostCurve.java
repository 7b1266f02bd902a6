package dev.aligner.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What a step over k tokens costs on this machine, by a bare session: measured at some widths, in
 * between on a straight line. Immutable.
 */
final class CostCurve {

  static final List<Integer> WIDTHS =
      List.of(1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256);

  private final NavigableMap<Integer, Double> millis;

  CostCurve(Map<Integer, Double> millis) {
    if (!millis.containsKey(1)) {
      throw new IllegalArgumentException("expected the cost of one token");
    }
    this.millis = new TreeMap<>(millis);
  }

  /**
   * Measures a curve. The widths take turns, so that what else the machine does hits all alike.
   *
   * @param repeats the runs of each width, of which the median counts
   */
  static CostCurve measure(
      BareDecoder decoder, List<Integer> widths, int past, int source, int repeats) {
    List<PreparedStep> steps = new ArrayList<>();
    List<Samples> samples = new ArrayList<>();
    try {
      for (int width : widths) {
        PreparedStep step = decoder.prepare(width, past, source);
        steps.add(step);
        samples.add(new Samples());
        step.run();
      }
      for (int repeat = 0; repeat < repeats; repeat++) {
        for (int i = 0; i < steps.size(); i++) {
          samples.get(i).add(steps.get(i).millis());
        }
      }
    } finally {
      steps.forEach(PreparedStep::close);
    }
    Map<Integer, Double> medians = new TreeMap<>();
    for (int i = 0; i < samples.size(); i++) {
      medians.put(widths.get(i), samples.get(i).median());
    }
    return new CostCurve(medians);
  }

  /**
   * Returns the cost of a step in milliseconds; beyond the widest one measured it goes on as it
   * rose last.
   */
  double millis(int width) {
    Map.Entry<Integer, Double> low = millis.floorEntry(width);
    Map.Entry<Integer, Double> high = millis.ceilingEntry(width);
    if (high == null) {
      high = millis.lastEntry();
      low = millis.lowerEntry(high.getKey());
    }
    if (low == null || low.getKey().equals(high.getKey())) {
      return high.getValue();
    }
    double slope = (high.getValue() - low.getValue()) / (high.getKey() - low.getKey());
    return low.getValue() + slope * (width - low.getKey());
  }

  NavigableMap<Integer, Double> points() {
    return new TreeMap<>(millis);
  }
}
