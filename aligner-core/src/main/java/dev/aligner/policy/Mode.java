package dev.aligner.policy;

import dev.aligner.internal.StableHash;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * Whose answers are corrected. The default is {@link #enforce()}.
 *
 * <p>Immutable and thread-safe.
 */
public sealed interface Mode {

  /**
   * Returns the mode that corrects every answer, in the thread of the caller.
   *
   * @return the mode
   */
  static Mode enforce() {
    return Enforce.INSTANCE;
  }

  /**
   * Returns the mode that shows every answer as it is, at once, and corrects it beside, for the
   * listener alone; at most 64 answers are in the executor at a time, and those over that are
   * failures of class {@link FailureClass#OVERLOAD}.
   *
   * @param executor runs the corrections; who gave it closes it
   * @return the mode
   */
  static Shadow shadow(Executor executor) {
    return new Shadow(executor, 64);
  }

  /**
   * Returns the mode that corrects a share of the answers, chosen by {@link
   * AlignmentContext#samplingKey()}, and shows the others as they are: an A/B test of the aligner.
   *
   * @param share the share of keys whose answers are corrected, 0 to 1
   * @return the mode, of the experiment {@code aligner}
   * @throws IllegalArgumentException if the share is not of 0 to 1
   */
  static Sample sample(double share) {
    return new Sample(share, "aligner");
  }

  /** Every answer is corrected. */
  enum Enforce implements Mode {
    /** The only one. */
    INSTANCE
  }

  /**
   * Every answer is shown as it is, and corrected beside.
   *
   * @param executor runs the corrections; who gave it closes it
   * @param maxPending how many answers may wait or run in it
   */
  record Shadow(Executor executor, int maxPending) implements Mode {

    /** Checks. */
    public Shadow {
      Objects.requireNonNull(executor, "executor");
      if (maxPending < 1) {
        throw new IllegalArgumentException(
            "expected maxPending of at least 1; found " + maxPending);
      }
    }

    /**
     * Returns a mode with another bound.
     *
     * @param maxPending how many answers may wait or run in the executor; at least 1
     * @return a mode that differs from this one in the bound alone
     * @throws IllegalArgumentException if it is below 1
     */
    public Shadow withMaxPending(int maxPending) {
      return new Shadow(executor, maxPending);
    }
  }

  /**
   * A share of the answers is corrected, the same keys always.
   *
   * <p>A key is corrected if {@code (h >>> 11) / 2^53 < share}, where {@code h} is the 64-bit
   * FNV-1a hash of the UTF-8 bytes of {@code experiment + "\n" + key}, mixed by the finaliser of
   * MurmurHash3 ({@code fmix64}). This will not change: a key keeps its arm over restarts, machines
   * and releases, and in whatever language computes it; with a larger share the keys that were
   * corrected stay so. Another experiment draws anew.
   *
   * @param share the share of keys whose answers are corrected, 0 to 1
   * @param experiment the name of the experiment
   */
  record Sample(double share, String experiment) implements Mode {

    /** Checks. */
    public Sample {
      Objects.requireNonNull(experiment, "experiment");
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException("expected a share of 0 to 1; found " + share);
      }
    }

    /**
     * Returns a mode that draws anew.
     *
     * @param experiment the name of the experiment
     * @return a mode that differs from this one in the name alone
     */
    public Sample withExperiment(String experiment) {
      return new Sample(share, experiment);
    }

    /**
     * Tells where a key belongs.
     *
     * @param key a sampling key
     * @return {@link Arm#ALIGNED} or {@link Arm#CONTROL}, for one key always the same
     */
    public Arm arm(String key) {
      double place = StableHash.unit(experiment + "\n" + key);
      return place < share ? Arm.ALIGNED : Arm.CONTROL;
    }
  }
}
