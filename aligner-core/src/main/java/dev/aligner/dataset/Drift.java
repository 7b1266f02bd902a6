package dev.aligner.dataset;

/**
 * How far corrections are from what they were made of. Over the rounds it tells whether repeated
 * correction runs away: a model that is trained on corrections of its own takes what they share for
 * better, right or wrong.
 *
 * <p>Immutable and thread-safe.
 *
 * @param corrections how many corrections were compared
 * @param refusalShare the share of corrections that begin with an English refusal, as {@link
 *     dev.aligner.policy.AcceptanceCheck#keepsRefusals()} sees it
 * @param refusalShareBefore the same of the answers that were corrected
 * @param toOriginal the distance to the answers that the first round corrected
 * @param toPrevious the distance to the answers that this round corrected; in the first round the
 *     same
 */
public record Drift(
    long corrections,
    double refusalShare,
    double refusalShareBefore,
    Distance toOriginal,
    Distance toPrevious) {

  /**
   * Distances over many pairs of texts. Of no pairs all of them are 0.
   *
   * @param changedShare the share of corrections that differ in any character
   * @param meanEditRatio the mean of {@link dev.aligner.Correction#editRatio()}
   * @param medianEditRatio its median, by the nearest rank, rounded down to 0.01 below 2 and to 0.1
   *     below 12; above, the largest
   * @param p90EditRatio its 90th percentile, likewise
   * @param p99EditRatio its 99th percentile, likewise
   * @param maxEditRatio the largest
   * @param meanLengthRatio the mean of the characters of the correction over those of the answer
   */
  public record Distance(
      double changedShare,
      double meanEditRatio,
      double medianEditRatio,
      double p90EditRatio,
      double p99EditRatio,
      double maxEditRatio,
      double meanLengthRatio) {}
}
