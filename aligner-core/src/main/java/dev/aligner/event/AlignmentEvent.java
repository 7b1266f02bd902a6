package dev.aligner.event;

import dev.aligner.Correction;
import dev.aligner.CorrectionUsage;
import dev.aligner.UnacceptableCorrectionException;
import dev.aligner.internal.EditRatio;
import dev.aligner.policy.FailureAction;
import dev.aligner.policy.FailureClass;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Something that happened to an answer. Each {@link Started} is followed by one {@link Ended} of
 * the same exchange.
 *
 * <p>Events are immutable and thread-safe. They hold the texts; their {@code toString()} does not
 * tell them.
 */
public sealed interface AlignmentEvent {

  /**
   * Returns what it happened to.
   *
   * @return the answer or the segment
   */
  Exchange exchange();

  /**
   * An answer arrived.
   *
   * @param exchange the answer or the segment
   */
  record Started(Exchange exchange) implements AlignmentEvent {

    /** Checks. */
    public Started {
      Objects.requireNonNull(exchange, "exchange");
    }
  }

  /** What became of an answer. */
  sealed interface Ended extends AlignmentEvent {

    /**
     * Returns the time from {@link Started} on, passes and checks included; in a shadow also that
     * spent waiting for the executor.
     *
     * @return the time; 0 or more
     */
    Duration duration();

    /**
     * Returns the corrected text, whether or not anyone gets to see it.
     *
     * @return the text, or empty where none was made
     */
    Optional<String> corrected();
  }

  /**
   * The aligner changed the text, and the change was accepted.
   *
   * @param exchange the answer or the segment
   * @param correction of the original text into the last pass's; its usage is that of all passes
   * @param duration the time it took
   * @param passes how often the aligner was asked; 0 if the cache knew
   */
  record Corrected(Exchange exchange, Correction correction, Duration duration, int passes)
      implements Ended {

    /** Checks. */
    public Corrected {
      Objects.requireNonNull(exchange, "exchange");
      Objects.requireNonNull(correction, "correction");
      Objects.requireNonNull(duration, "duration");
    }

    @Override
    public Optional<String> corrected() {
      return Optional.of(correction.text());
    }
  }

  /**
   * The aligner left every character as it was.
   *
   * @param exchange the answer or the segment
   * @param usage what it cost, where the aligner tells
   * @param duration the time it took
   * @param passes how often the aligner was asked; 0 if the cache knew
   */
  record Kept(Exchange exchange, Optional<CorrectionUsage> usage, Duration duration, int passes)
      implements Ended {

    /** Checks. */
    public Kept {
      Objects.requireNonNull(exchange, "exchange");
      Objects.requireNonNull(usage, "usage");
      Objects.requireNonNull(duration, "duration");
    }

    @Override
    public Optional<String> corrected() {
      return Optional.empty();
    }
  }

  /**
   * The answer was left alone on purpose: by the gate, by chance, by the aligner's limits, or since
   * the upstream model failed before it was whole.
   *
   * @param exchange the answer or the segment
   * @param reason the gate's reason; {@code control} in the control arm; {@code
   *     nothing_to_correct}, {@code prompt_too_long} or {@code output_too_long} from the aligner;
   *     {@code upstream_failed} for a stream that broke off
   * @param duration the time it took
   */
  record Skipped(Exchange exchange, String reason, Duration duration) implements Ended {

    /** Checks. */
    public Skipped {
      Objects.requireNonNull(exchange, "exchange");
      Objects.requireNonNull(reason, "reason");
      Objects.requireNonNull(duration, "duration");
    }

    @Override
    public Optional<String> corrected() {
      return Optional.empty();
    }
  }

  /**
   * The correction failed.
   *
   * @param exchange the answer or the segment
   * @param failure how, by class
   * @param exception what failed
   * @param action what the caller gets
   * @param corrected the text that was not accepted; empty for other failures
   * @param duration the time it took
   */
  record Failed(
      Exchange exchange,
      FailureClass failure,
      RuntimeException exception,
      FailureAction action,
      Optional<String> corrected,
      Duration duration)
      implements Ended {

    /** Checks. */
    public Failed {
      Objects.requireNonNull(exchange, "exchange");
      Objects.requireNonNull(failure, "failure");
      Objects.requireNonNull(exception, "exception");
      Objects.requireNonNull(action, "action");
      Objects.requireNonNull(corrected, "corrected");
      Objects.requireNonNull(duration, "duration");
    }

    /**
     * Returns why, in a word for metrics and logs.
     *
     * @return the check's reason for what was not accepted, else the class in lower case
     */
    public String reason() {
      return exception instanceof UnacceptableCorrectionException unacceptable
          ? unacceptable.reason()
          : failure.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the edit ratio of a text that was not accepted.
     *
     * @return {@link Correction#editRatio()} from the original to it; empty where there is none
     */
    public OptionalDouble editRatio() {
      return corrected.isPresent()
          ? OptionalDouble.of(EditRatio.ofWords(exchange.original(), corrected.get()))
          : OptionalDouble.empty();
    }

    /** Returns all but the texts, which never reach a log. */
    @Override
    public String toString() {
      return "Failed["
          + exchange
          + ", failure="
          + failure
          + ", action="
          + action
          + ", exception="
          + exception.getClass().getName()
          + ", duration="
          + duration
          + "]";
    }
  }
}
