package dev.aligner.evaluation;

/**
 * A figure and its bootstrap confidence interval: the percentile interval over resamples of the
 * rows (Efron 1979). It tells how far the figure hangs on which rows were drawn, and nothing about
 * a judge or a label that is wrong.
 *
 * <p>A share of exactly 0 or 1 has an interval of length 0, since no resample can hold what no row
 * does; read {@link #count} there.
 *
 * <p>Immutable and thread-safe.
 *
 * @param value the figure over all rows
 * @param low the lower end of the interval
 * @param high the upper end of the interval
 * @param count the rows that it is over, 1 or more
 */
public record Estimate(double value, double low, double high, long count) {

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if the interval is not one, or there is no row
   */
  public Estimate {
    if (!(low <= high) || count < 1) {
      throw new IllegalArgumentException(
          "expected low <= high over 1 row or more; found "
              + low
              + " and "
              + high
              + " over "
              + count);
    }
  }
}
