package dev.aligner.onnx.internal.decode;

/**
 * The cost curve of one model on this machine, learned from its own steps. Steps are put together
 * by the power of two that their token count is nearest to; of each such group a running mean is
 * kept, and what lies between or beyond is read off the line through its neighbours.
 */
public final class MeasuredStepCost implements StepCost {

  private static final int GROUPS = 14;

  /** The weight of a new step in the mean of its group, once the group has seen a few. */
  private static final double NEWEST = 0.1;

  /** A step that takes so many times as long as its group does was held up by something else. */
  private static final double HELD_UP = 3;

  /**
   * The part of a whole step that each further token costs, as long as only one group was measured.
   * The first draft puts a measurement in its place.
   */
  private static final double UNMEASURED_SLOPE = 0.1;

  private final double[] tokens = new double[GROUPS];
  private final double[] nanos = new double[GROUPS];
  private final int[] seen = new int[GROUPS];

  @Override
  public synchronized void observe(int count, long time) {
    if (count < 1 || time < 1) {
      return;
    }
    int group = Math.min(GROUPS - 1, (int) Math.round(Math.log(count) / Math.log(2)));
    if (seen[group] == 0) {
      tokens[group] = count;
      nanos[group] = time;
    } else {
      double weight = Math.max(NEWEST, 1.0 / (seen[group] + 1));
      tokens[group] += weight * (count - tokens[group]);
      nanos[group] += weight * (Math.min((double) time, HELD_UP * nanos[group]) - nanos[group]);
    }
    seen[group]++;
  }

  @Override
  public synchronized double of(int count) {
    int below = -1;
    int above = -1;
    for (int group = 0; group < GROUPS && above < 0; group++) {
      if (seen[group] > 0 && tokens[group] <= count) {
        below = group;
      } else if (seen[group] > 0) {
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
      if (seen[i] > 0) {
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
    return Math.max(nanos[left] / tokens[left], nanos[left] + slope * (count - tokens[left]));
  }
}
