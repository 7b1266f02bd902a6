package dev.aligner.onnx.internal.decode;

/**
 * The cost curve of one model on this machine, learned from its own steps. Steps are put together
 * by the power of two that their token count is nearest to; of each such group an estimate is kept
 * that falls fast and rises slowly, since a step that takes long was mostly held up by something
 * else. What lies between or beyond the groups is read off the line through their neighbours.
 */
public final class MeasuredStepCost implements StepCost {

  private static final int GROUPS = 14;

  /** The weight of a step that was faster than its group. */
  private static final double FASTER = 0.5;

  /** The weight of a step that was slower than its group. */
  private static final double SLOWER = 0.05;

  /**
   * The part of a whole step that each further token costs, as long as only one group was measured.
   * The first draft puts a measurement in its place.
   */
  private static final double UNMEASURED_SLOPE = 0.1;

  /**
   * A step over more tokens is never taken to be dearer than this part of as many steps, whatever
   * the few that were measured took: else no other would ever be tried.
   */
  private static final double DEAREST = 0.8;

  private final double[] tokens = new double[GROUPS];
  private final double[] nanos = new double[GROUPS];
  private final boolean[] seen = new boolean[GROUPS];

  @Override
  public synchronized void observe(int count, long time) {
    if (count < 1 || time < 1) {
      return;
    }
    int group = Math.min(GROUPS - 1, (int) Math.round(Math.log(count) / Math.log(2)));
    if (seen[group]) {
      double expected = nanos[group] * count / tokens[group];
      double weight = time < Math.max(expected, nanos[group]) ? FASTER : SLOWER;
      tokens[group] += weight * (count - tokens[group]);
      nanos[group] += weight * (time - nanos[group]);
    } else {
      tokens[group] = count;
      nanos[group] = time;
      seen[group] = true;
    }
  }

  @Override
  public synchronized double of(int count) {
    int below = -1;
    int above = -1;
    for (int group = 0; group < GROUPS && above < 0; group++) {
      if (seen[group] && tokens[group] <= count) {
        below = group;
      } else if (seen[group]) {
        above = group;
      }
    }
    int left = below < 0 ? above : above < 0 ? neighbour(below, -1) : below;
    int right = above < 0 ? below : below < 0 ? neighbour(above, 1) : above;
    if (left < 0 || right < 0) {
      return guess(count, Math.max(left, right));
    }
    return line(count, left, right);
  }

  /** Returns the next group on one side that has been measured, or -1. */
  private int neighbour(int group, int direction) {
    for (int i = group + direction; i >= 0 && i < GROUPS; i += direction) {
      if (seen[i]) {
        return i;
      }
    }
    return -1;
  }

  private double guess(int count, int group) {
    double shape = 1 + UNMEASURED_SLOPE * (count - 1);
    return group < 0 ? shape : nanos[group] * shape / (1 + UNMEASURED_SLOPE * (tokens[group] - 1));
  }

  /** A step over more tokens is never taken to be cheaper. */
  private double line(int count, int left, int right) {
    double slope = Math.max(0, (nanos[right] - nanos[left]) / (tokens[right] - tokens[left]));
    double estimate =
        Math.max(nanos[left] / tokens[left], nanos[left] + slope * (count - tokens[left]));
    int narrowest = seen[0] ? 0 : neighbour(0, 1);
    double each = nanos[narrowest] / tokens[narrowest];
    return count <= tokens[narrowest]
        ? estimate
        : Math.min(estimate, Math.max(nanos[narrowest], DEAREST * each * count));
  }
}
