package dev.aligner.policy;

import java.util.Objects;

/**
 * What the reader of a streamed answer sees, and when. The default is {@link #buffer()}.
 *
 * <p>In {@link Mode.Shadow}, and in the control arm of {@link Mode.Sample}, every stream passes
 * through as it is, whatever the delivery.
 *
 * <p>Immutable and thread-safe.
 */
public sealed interface StreamDelivery {

  /**
   * Returns the delivery that shows nothing before the whole answer was corrected and accepted;
   * then all of it. Not a character that is not aligned is ever shown, unless the failure policy or
   * the gate returns the original answer. If the upstream model fails, nothing is shown but its
   * error.
   *
   * @return the delivery
   */
  static StreamDelivery buffer() {
    return Buffer.JUDGED;
  }

  /**
   * Returns {@link #buffer()}, but for the corrected text itself, which is shown while it is
   * written, as it becomes certain. It cannot be taken back, so it goes with one pass and without
   * acceptance checks alone, and a correction that fails after a part of it was shown throws,
   * whatever the failure policy says.
   *
   * @return the delivery
   */
  static StreamDelivery bufferThenLive() {
    return Buffer.LIVE;
  }

  /**
   * Returns the delivery that corrects an answer sentence by sentence while it comes in, each
   * conditioned on what was shown before it, as Stream Aligner does. Gate, acceptance checks,
   * timeout, passes and failure policy hold for each segment; a failed one is shown as it was or
   * ends the stream, as the failure policy says. The upstream model waits while a segment is
   * corrected.
   *
   * @return the delivery, by {@link SegmentRule#sentences()}
   */
  static StreamDelivery perSegment() {
    return new PerSegment(SegmentRule.sentences());
  }

  /**
   * Returns the delivery that shows the upstream model's text as it comes in, and corrects the
   * whole beside, for the listener alone.
   *
   * @param shadow where and how many
   * @return the delivery
   */
  static StreamDelivery passThrough(Mode.Shadow shadow) {
    return new PassThrough(shadow);
  }

  /** The whole answer is corrected before any of it is shown. */
  enum Buffer implements StreamDelivery {
    /** The correction is shown when it was judged. */
    JUDGED,
    /** The correction is shown while it is written. */
    LIVE
  }

  /**
   * Segments are corrected one by one.
   *
   * @param rule tells where they end
   */
  record PerSegment(SegmentRule rule) implements StreamDelivery {

    /** Checks. */
    public PerSegment {
      Objects.requireNonNull(rule, "rule");
    }
  }

  /**
   * The answer is shown as it is, and corrected beside.
   *
   * @param shadow where and how many
   */
  record PassThrough(Mode.Shadow shadow) implements StreamDelivery {

    /** Checks. */
    public PassThrough {
      Objects.requireNonNull(shadow, "shadow");
    }
  }
}
