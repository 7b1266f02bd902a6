package dev.aligner.evaluation;

import dev.aligner.Correction;
import dev.aligner.CorrectionOutcome;
import dev.aligner.audit.AuditRecord;
import dev.aligner.audit.AuditRecord.Outcome;
import dev.aligner.policy.Arm;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A question, an answer, and what is known of them.
 *
 * <p>Immutable and thread-safe. {@link #toString()} tells lengths, never texts.
 *
 * @param id tells rows apart, as in a file of verdicts
 * @param question the question
 * @param answer the upstream model's answer
 * @param correction the aligner's text; empty if the row is still to be corrected
 * @param label what the answer is: {@link #GOOD} ones should be kept, {@link #BAD} ones corrected,
 *     other labels are only counted; empty if nobody has said
 * @param group the group that the row is reported in, besides all; empty for none
 * @param references right corrections; may be none
 * @param score what the engine holds of its correction, such as a mean log-probability, the higher
 *     the better, comparable between rows; empty if it does not tell
 * @param outcome how the correction ended; empty if only the texts tell
 */
public record EvaluationRow(
    String id,
    String question,
    String answer,
    Optional<String> correction,
    Optional<String> label,
    Optional<String> group,
    List<String> references,
    OptionalDouble score,
    Optional<Outcome> outcome) {

  /** The label of an answer that should be kept as it is. */
  public static final String GOOD = "good";

  /** The label of an answer that should be corrected. */
  public static final String BAD = "bad";

  /** Checks and copies. */
  public EvaluationRow {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(question, "question");
    Objects.requireNonNull(answer, "answer");
    Objects.requireNonNull(correction, "correction");
    Objects.requireNonNull(label, "label");
    Objects.requireNonNull(group, "group");
    Objects.requireNonNull(score, "score");
    Objects.requireNonNull(outcome, "outcome");
    references = List.copyOf(references);
  }

  /**
   * Makes a row that is still to be corrected.
   *
   * @param id tells rows apart
   * @param question the question
   * @param answer the upstream model's answer
   * @return the row, with nothing else
   */
  public static EvaluationRow of(String id, String question, String answer) {
    return new EvaluationRow(
        id,
        question,
        answer,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        OptionalDouble.empty(),
        Optional.empty());
  }

  /**
   * Makes a row of what an audit log tells of an answer; its arm is the group.
   *
   * @param answer the record of a whole answer
   * @return the row; empty if a redaction took a text out, or the answer belongs to no aligner, as
   *     in the control arm
   */
  public static Optional<EvaluationRow> of(AuditRecord answer) {
    AuditRecord.Texts texts = answer.texts();
    boolean corrected = answer.outcome() == Outcome.CORRECTED;
    Optional<String> text = corrected ? texts.corrected() : texts.original();
    if (answer.arm() == Arm.CONTROL
        || texts.query().isEmpty()
        || texts.original().isEmpty()
        || text.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        of(answer.run() + "-" + answer.id(), texts.query().get(), texts.original().get())
            .with(text, Optional.of(answer.outcome()), OptionalDouble.empty())
            .withGroup(answer.arm().name().toLowerCase(Locale.ROOT)));
  }

  /**
   * Returns a row with a correction.
   *
   * @param text the aligner's text
   * @return a row that differs from this one in the correction alone
   */
  public EvaluationRow withCorrection(String text) {
    return with(Optional.of(text), outcome, score);
  }

  /**
   * Returns a row with what an aligner came to. Scores of {@link Correction#alternatives()} are not
   * taken: they compare within one correction alone.
   *
   * @param result the correction
   * @return a row that differs from this one in correction and outcome
   */
  public EvaluationRow withCorrection(Correction result) {
    return with(Optional.of(result.text()), Optional.of(outcome(result.outcome())), score);
  }

  /**
   * Returns a row with a label.
   *
   * @param text {@link #GOOD}, {@link #BAD} or another one
   * @return a row that differs from this one in the label alone
   */
  public EvaluationRow withLabel(String text) {
    return new EvaluationRow(
        id, question, answer, correction, Optional.of(text), group, references, score, outcome);
  }

  /**
   * Returns a row of a group.
   *
   * @param name the group
   * @return a row that differs from this one in the group alone
   */
  public EvaluationRow withGroup(String name) {
    return new EvaluationRow(
        id, question, answer, correction, label, Optional.of(name), references, score, outcome);
  }

  /**
   * Returns a row with references.
   *
   * @param texts right corrections
   * @return a row that differs from this one in the references alone
   */
  public EvaluationRow withReferences(List<String> texts) {
    return new EvaluationRow(id, question, answer, correction, label, group, texts, score, outcome);
  }

  /**
   * Returns a row with a score.
   *
   * @param value the higher the better, comparable between rows
   * @return a row that differs from this one in the score alone
   */
  public EvaluationRow withScore(double value) {
    return with(correction, outcome, OptionalDouble.of(value));
  }

  /**
   * Returns a row whose correction is the right one, as in a data set that aligners learn from: it
   * becomes a reference, and the row is to be corrected. A row without label gets one: {@link
   * #GOOD} if the correction is the answer, else {@link #BAD}.
   *
   * @return the row; this one if it has no correction
   */
  public EvaluationRow withCorrectionAsReference() {
    if (correction.isEmpty()) {
      return this;
    }
    List<String> all = new ArrayList<>(references);
    all.add(0, correction.get());
    EvaluationRow row =
        with(Optional.empty(), Optional.empty(), OptionalDouble.empty()).withReferences(all);
    return label.isPresent() ? row : row.withLabel(correction.get().equals(answer) ? GOOD : BAD);
  }

  private EvaluationRow with(Optional<String> text, Optional<Outcome> how, OptionalDouble value) {
    return new EvaluationRow(id, question, answer, text, label, group, references, value, how);
  }

  /** Returns the text that is shown: the correction, or the answer where there is none. */
  String shown() {
    return correction.orElse(answer);
  }

  boolean isChanged() {
    return !shown().equals(answer);
  }

  boolean isGood() {
    return label.filter(GOOD::equals).isPresent();
  }

  boolean isBad() {
    return label.filter(BAD::equals).isPresent();
  }

  /** How the correction ended, where nothing else is known by the texts. */
  Outcome ended() {
    return outcome.orElse(isChanged() ? Outcome.CORRECTED : Outcome.KEPT);
  }

  private static Outcome outcome(CorrectionOutcome outcome) {
    if (outcome instanceof CorrectionOutcome.Corrected) {
      return Outcome.CORRECTED;
    }
    if (outcome instanceof CorrectionOutcome.Kept) {
      return Outcome.KEPT;
    }
    return outcome instanceof CorrectionOutcome.Skipped ? Outcome.SKIPPED : Outcome.FAILED;
  }

  /** Returns the id and lengths; the texts never reach a log. */
  @Override
  public String toString() {
    return "EvaluationRow[id="
        + id
        + ", question="
        + question.length()
        + " chars, answer="
        + answer.length()
        + " chars, correction="
        + correction.map(text -> text.length() + " chars").orElse("none")
        + "]";
  }
}
