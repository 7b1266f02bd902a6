package dev.aligner.audit;

import dev.aligner.policy.Arm;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What an audit log tells of one arm.
 *
 * <p>Immutable and thread-safe.
 *
 * @param arm the arm
 * @param answers the answers; the segments of a stream are one
 * @param outcomes how many of them ended how
 * @param reasons how many were skipped or failed for which reason
 * @param meanEditRatio the mean edit ratio of the answers that have one, kept ones included; empty
 *     without any
 * @param latency the time of upstream model and correction, as readers felt it: of the shadow and
 *     the control arm that of the upstream model alone; only answers whose upstream time is known
 * @param correctionTime the time of the corrections alone, of answers that were not skipped
 * @param wins comparisons that the corrected text won
 * @param losses comparisons that the original won
 * @param ties comparisons that neither won, and answers that were kept, skipped or failed; 0 if
 *     nothing was compared
 */
public record ArmReport(
    Arm arm,
    long answers,
    Map<AuditRecord.Outcome, Long> outcomes,
    Map<String, Long> reasons,
    OptionalDouble meanEditRatio,
    Latency latency,
    Latency correctionTime,
    long wins,
    long losses,
    long ties) {

  /** Copies. */
  public ArmReport {
    outcomes = Map.copyOf(outcomes);
    reasons = Map.copyOf(reasons);
  }

  /**
   * Returns the net win rate, as the Aligner paper counts (arXiv 2402.02416): {@code (wins -
   * losses) / (wins + losses + ties)}.
   *
   * @return -1 to 1; 0 means no better and no worse; empty if nothing was compared
   */
  public OptionalDouble winRate() {
    long all = wins + losses + ties;
    return all == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) (wins - losses) / all);
  }

  /**
   * Quantiles of a time, by the nearest rank.
   *
   * @param count how many times there are; without any the others are zero
   * @param p50 the median
   * @param p95 95 of 100 are not longer
   * @param p99 99 of 100 are not longer
   * @param longest the longest
   */
  public record Latency(long count, Duration p50, Duration p95, Duration p99, Duration longest) {}
}
