package dev.aligner.evaluation;

import dev.aligner.internal.EditRatio;
import dev.aligner.internal.Refusals;
import java.util.Objects;
import java.util.Optional;

/**
 * A row with a correction, and what is measured of it alone. Immutable and thread-safe.
 *
 * @param row the row
 * @param editRatio see {@link dev.aligner.Correction#editRatio()}
 * @param answerRefuses whether the answer is a refusal
 * @param shownRefuses whether the shown text is one
 * @param judgement what the judge says; empty without a judge
 */
record ScoredRow(
    EvaluationRow row,
    double editRatio,
    boolean answerRefuses,
    boolean shownRefuses,
    Optional<Judgement> judgement) {

  ScoredRow {
    Objects.requireNonNull(judgement, "judgement");
  }

  static ScoredRow of(EvaluationRow row, Optional<Judgement> judgement) {
    boolean refuses = Refusals.isRefusal(row.answer());
    return new ScoredRow(
        row,
        row.isChanged() ? EditRatio.ofWords(row.answer(), row.shown()) : 0,
        refuses,
        row.isChanged() ? Refusals.isRefusal(row.shown()) : refuses,
        judgement);
  }

  boolean isNearCopy() {
    return editRatio < EvaluationSettings.NEAR_COPY;
  }

  /** Returns why the row is worth a look, or empty if it is not. */
  Optional<SampledRow.Kind> kind() {
    if (row.isBad() && isNearCopy()) {
      return Optional.of(SampledRow.Kind.BAD_KEPT);
    }
    if (!row.isChanged()) {
      return Optional.empty();
    }
    if (answerRefuses != shownRefuses) {
      return Optional.of(
          answerRefuses ? SampledRow.Kind.REFUSAL_UNDONE : SampledRow.Kind.REFUSAL_INTRODUCED);
    }
    if (judgement.filter(Judgement.LOSE::equals).isPresent()) {
      return Optional.of(SampledRow.Kind.LOSS);
    }
    return Optional.of(row.isGood() ? SampledRow.Kind.GOOD_CHANGED : SampledRow.Kind.CHANGED);
  }
}
