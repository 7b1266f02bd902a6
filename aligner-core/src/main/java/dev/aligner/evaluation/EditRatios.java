package dev.aligner.evaluation;

import java.util.List;
import java.util.Optional;

/**
 * How much was edited: {@link dev.aligner.Correction#editRatio()} over rows. Immutable and
 * thread-safe.
 *
 * @param mean the mean; empty without rows
 * @param median half of the rows have no more; 0 without rows
 * @param p90 90 of 100 rows have no more; 0 without rows
 * @param largest the largest; 0 without rows
 * @param bins how many rows lie where, the first bin being texts returned verbatim
 */
public record EditRatios(
    Optional<Estimate> mean, double median, double p90, double largest, List<Bin> bins) {

  /** Copies. */
  public EditRatios {
    bins = List.copyOf(bins);
  }

  /**
   * Rows whose edit ratio lies in a range.
   *
   * @param from the lower end, included
   * @param to the upper end, excluded; infinite in the last bin. In the first bin it is 0 as {@code
   *     from} is, and the rows are those returned verbatim
   * @param rows how many
   */
  public record Bin(double from, double to, long rows) {}
}
