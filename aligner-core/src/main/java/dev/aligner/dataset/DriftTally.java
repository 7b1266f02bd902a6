package dev.aligner.dataset;

import dev.aligner.internal.EditRatio;
import dev.aligner.internal.Refusals;

/** Measures drift while corrections go by, in memory of a fixed size. Not thread-safe. */
final class DriftTally {

  private long corrections;
  private long refusals;
  private long refusalsBefore;
  private final DistanceTally toOriginal = new DistanceTally();
  private final DistanceTally toPrevious = new DistanceTally();

  /**
   * Adds a correction.
   *
   * @param editRatio that of the correction against the answer
   */
  void add(SourceRow row, String correction, double editRatio) {
    corrections++;
    refusals += Refusals.isRefusal(correction) ? 1 : 0;
    refusalsBefore += Refusals.isRefusal(row.answer()) ? 1 : 0;
    toPrevious.add(row.answer(), correction, editRatio);
    String first = row.first();
    boolean same = first.equals(row.answer());
    toOriginal.add(first, correction, same ? editRatio : EditRatio.ofWords(first, correction));
  }

  Drift drift() {
    double all = Math.max(1, corrections);
    return new Drift(
        corrections,
        refusals / all,
        refusalsBefore / all,
        toOriginal.distance(),
        toPrevious.distance());
  }

  /** Distances, and a histogram of edit ratios. */
  private static final class DistanceTally {

    private static final int FINE_BINS = 200;
    private static final int COARSE_BINS = 100;
    private static final double COARSE_START = 2;
    private static final double ROUNDING = 1e-9;

    /** Bins of 0.01 up to 2, of 0.1 up to 12, and one for all above. */
    private final long[] bins = new long[FINE_BINS + COARSE_BINS + 1];

    private long count;
    private long changed;
    private double ratios;
    private double lengthRatios;
    private double max;

    void add(String answer, String correction, double editRatio) {
      count++;
      changed += answer.equals(correction) ? 0 : 1;
      ratios += editRatio;
      lengthRatios += (double) correction.length() / Math.max(1, answer.length());
      max = Math.max(max, editRatio);
      bins[bin(editRatio)]++;
    }

    private static int bin(double ratio) {
      if (ratio < COARSE_START) {
        return (int) (ratio * 100 + ROUNDING);
      }
      double coarse = (ratio - COARSE_START) * 10 + ROUNDING;
      return FINE_BINS + (int) Math.min(coarse, COARSE_BINS);
    }

    private double quantile(double share) {
      long rank = Math.max(1, (long) Math.ceil(share * count));
      long below = 0;
      for (int bin = 0; bin < FINE_BINS + COARSE_BINS; bin++) {
        below += bins[bin];
        if (below >= rank) {
          return bin < FINE_BINS ? bin / 100.0 : COARSE_START + (bin - FINE_BINS) / 10.0;
        }
      }
      return max;
    }

    Drift.Distance distance() {
      double all = Math.max(1, count);
      return new Drift.Distance(
          changed / all,
          ratios / all,
          quantile(0.5),
          quantile(0.9),
          quantile(0.99),
          max,
          lengthRatios / all);
    }
  }
}
