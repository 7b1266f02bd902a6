package dev.aligner.evaluation;

import java.util.Optional;

/**
 * What the figures of a report depend on besides the rows. Immutable and thread-safe.
 *
 * @param seed of resamples and sampled rows
 * @param resamples how many resamples an interval is taken over
 * @param confidence the confidence of intervals, such as 0.95
 * @param samples how many rows of each kind are sampled at most
 * @param judge what {@link Judge#describe} says; empty without a judge
 * @param model the {@link dev.aligner.Aligner#fingerprint} of the aligner that corrected rows;
 *     empty if none did, or it has none
 */
public record EvaluationSettings(
    long seed,
    int resamples,
    double confidence,
    int samples,
    Optional<String> judge,
    Optional<String> model) {

  /** Below this edit ratio a correction is a near-copy of the answer. */
  public static final double NEAR_COPY = 0.05;

  /** So many words make an opening. */
  public static final int OPENING_WORDS = 8;
}
