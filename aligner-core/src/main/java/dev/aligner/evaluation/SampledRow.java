package dev.aligner.evaluation;

import java.util.Objects;
import java.util.Optional;

/**
 * A row that a report shows, drawn at random among those of its kind.
 *
 * <p>Immutable and thread-safe. {@link #toString()} tells no text.
 *
 * @param kind why it is worth a look
 * @param row the row, with a correction
 * @param editRatio its edit ratio
 * @param judgement what the judge says; empty without a judge
 */
public record SampledRow(
    Kind kind, EvaluationRow row, double editRatio, Optional<Judgement> judgement) {

  /** Why a row is worth a look. A row is of one kind alone. */
  public enum Kind {
    /** The answer refused, and the correction does not. */
    REFUSAL_UNDONE,
    /** The answer did not refuse, and the correction does. */
    REFUSAL_INTRODUCED,
    /** The judge finds the correction worse. */
    LOSS,
    /** A good answer was changed. */
    GOOD_CHANGED,
    /** A bad answer was left as it was, or nearly. */
    BAD_KEPT,
    /** Any other row that was changed. */
    CHANGED
  }

  /** Checks. */
  public SampledRow {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(row, "row");
    Objects.requireNonNull(judgement, "judgement");
  }
}
