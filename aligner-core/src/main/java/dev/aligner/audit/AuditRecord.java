package dev.aligner.audit;

import dev.aligner.CorrectionUsage;
import dev.aligner.event.AlignmentEvent;
import dev.aligner.event.Exchange;
import dev.aligner.policy.Arm;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What an audit log tells of one answer, or of one segment of a streamed one.
 *
 * <p>Immutable and thread-safe. {@link #toString()} tells no text.
 *
 * @param time when it ended
 * @param run tells the logs of several JVMs apart
 * @param id tells the answers of a run apart; the segments of a stream share one
 * @param segment the index of the segment, or empty for a whole answer
 * @param arm which text its reader got
 * @param outcome what became of it
 * @param reason why it was skipped or failed; empty for other outcomes
 * @param shownOriginal whether its reader got the original text
 * @param texts the texts, or what a redaction left of them
 * @param editRatio the {@link dev.aligner.Correction#editRatio()} of the corrected text, accepted
 *     or not; empty where there is none
 * @param upstreamTime how long the upstream model took, where that is known
 * @param correctionTime how long the correction took
 * @param usage what it cost, where that is known
 * @param model the model's name or digest, as set on the log; empty if it was not
 */
public record AuditRecord(
    Instant time,
    String run,
    long id,
    OptionalInt segment,
    Arm arm,
    Outcome outcome,
    Optional<String> reason,
    boolean shownOriginal,
    Texts texts,
    OptionalDouble editRatio,
    Optional<Duration> upstreamTime,
    Duration correctionTime,
    Optional<Tokens> usage,
    Optional<String> model) {

  /** What became of an answer. */
  public enum Outcome {
    /** The aligner changed it, and the change was accepted. */
    CORRECTED,
    /** The aligner left it as it was. */
    KEPT,
    /** It was left alone on purpose. */
    SKIPPED,
    /** The correction failed. */
    FAILED
  }

  /**
   * The texts of a record; a redaction may leave fewer.
   *
   * @param query the question
   * @param original the upstream model's text
   * @param corrected the aligner's text, accepted or not; empty where there is none
   */
  public record Texts(
      Optional<String> query, Optional<String> original, Optional<String> corrected) {

    /** Checks. */
    public Texts {
      Objects.requireNonNull(query, "query");
      Objects.requireNonNull(original, "original");
      Objects.requireNonNull(corrected, "corrected");
    }

    /** Returns what is there; the texts never reach a log of another kind. */
    @Override
    public String toString() {
      return "Texts[query="
          + length(query)
          + ", original="
          + length(original)
          + ", corrected="
          + length(corrected)
          + "]";
    }

    private static String length(Optional<String> text) {
      return text.map(t -> t.length() + " chars").orElse("none");
    }
  }

  /**
   * What a correction cost.
   *
   * @param promptTokens the tokens that the model read
   * @param outputTokens the tokens that it wrote
   * @param modelSteps its decoder's runs
   */
  public record Tokens(OptionalInt promptTokens, OptionalInt outputTokens, OptionalInt modelSteps) {

    /** Checks. */
    public Tokens {
      Objects.requireNonNull(promptTokens, "promptTokens");
      Objects.requireNonNull(outputTokens, "outputTokens");
      Objects.requireNonNull(modelSteps, "modelSteps");
    }

    static Tokens of(CorrectionUsage usage) {
      return new Tokens(usage.promptTokens(), usage.outputTokens(), usage.modelSteps());
    }
  }

  /** Checks. */
  public AuditRecord {
    Objects.requireNonNull(time, "time");
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(segment, "segment");
    Objects.requireNonNull(arm, "arm");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(texts, "texts");
    Objects.requireNonNull(editRatio, "editRatio");
    Objects.requireNonNull(upstreamTime, "upstreamTime");
    Objects.requireNonNull(correctionTime, "correctionTime");
    Objects.requireNonNull(usage, "usage");
    Objects.requireNonNull(model, "model");
  }

  /**
   * Returns a record with other texts, as a redaction makes it.
   *
   * @param texts what is left of them
   * @return a record that differs from this one in the texts alone
   */
  public AuditRecord withTexts(Texts texts) {
    return new AuditRecord(
        time,
        run,
        id,
        segment,
        arm,
        outcome,
        reason,
        shownOriginal,
        texts,
        editRatio,
        upstreamTime,
        correctionTime,
        usage,
        model);
  }

  static AuditRecord of(
      AlignmentEvent.Ended event, Instant time, String run, Optional<String> model) {
    Exchange exchange = event.exchange();
    Facts facts = Facts.of(event);
    return new AuditRecord(
        time,
        run,
        exchange.id(),
        exchange.segment(),
        exchange.arm(),
        facts.outcome,
        facts.reason,
        exchange.arm() != Arm.ALIGNED || facts.outcome != Outcome.CORRECTED,
        new Texts(
            Optional.of(exchange.context().query()),
            Optional.of(exchange.original()),
            event.corrected()),
        facts.editRatio,
        exchange.context().upstreamTime(),
        event.duration(),
        facts.usage.map(Tokens::of),
        model);
  }

  /** What differs from one type of event to another. */
  private record Facts(
      Outcome outcome,
      Optional<String> reason,
      OptionalDouble editRatio,
      Optional<CorrectionUsage> usage) {

    static Facts of(AlignmentEvent.Ended event) {
      if (event instanceof AlignmentEvent.Corrected corrected) {
        return new Facts(
            Outcome.CORRECTED,
            Optional.empty(),
            OptionalDouble.of(corrected.correction().editRatio()),
            corrected.correction().usage());
      }
      if (event instanceof AlignmentEvent.Kept kept) {
        return new Facts(Outcome.KEPT, Optional.empty(), OptionalDouble.of(0), kept.usage());
      }
      if (event instanceof AlignmentEvent.Failed failed) {
        return new Facts(
            Outcome.FAILED, Optional.of(failed.reason()), failed.editRatio(), Optional.empty());
      }
      AlignmentEvent.Skipped skipped = (AlignmentEvent.Skipped) event;
      return new Facts(
          Outcome.SKIPPED, Optional.of(skipped.reason()), OptionalDouble.empty(), Optional.empty());
    }
  }
}
