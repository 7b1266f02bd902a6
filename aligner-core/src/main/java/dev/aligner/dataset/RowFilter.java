package dev.aligner.dataset;

import dev.aligner.internal.AnswerText;
import dev.aligner.internal.StableHash;
import dev.aligner.policy.AcceptanceCheck;
import dev.aligner.policy.AlignmentContext;
import dev.aligner.policy.CorrectionGate;
import dev.aligner.policy.Draft;
import dev.aligner.policy.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells which rows are taken, and why others are not. Thread-safe, as the checks are. */
final class RowFilter {

  private static final String LONE_SURROGATE = "lone_surrogate";

  private final DatasetOptions options;
  private final CorrectionGate gate;
  private final CorrectionGate length;
  private final AcceptanceCheck acceptance;

  RowFilter(DatasetOptions options) {
    this.options = options;
    this.length = CorrectionGate.maxCharacters(options.maxCharacters());
    this.gate = CorrectionGate.notBlank().and(length);
    this.acceptance = options.acceptance();
  }

  /**
   * Judges a row before a model sees it.
   *
   * @return why it is not taken, or null if it is
   */
  @Nullable String before(SourceRow row) {
    for (String text : List.of(row.question(), row.answer(), row.first())) {
      Draft draft = new Draft(AlignmentContext.of(row.question()), text);
      if (gate.judge(draft) instanceof Verdict.Reject rejected) {
        return rejected.reason();
      }
      // For one such text Arrow, by which trainers read JSON lines, refuses the whole file.
      if (AnswerText.hasHalfPair(text)) {
        return LONE_SURROGATE;
      }
    }
    boolean sampled =
        options.share() == 1
            || StableHash.unit(options.seed() + "\0" + row.question() + "\0" + row.answer())
                < options.share();
    return sampled ? null : "not_sampled";
  }

  /**
   * Judges a correction.
   *
   * @param editRatio that of the correction against the answer
   * @return why it is not taken, or null if it is
   */
  @Nullable String after(SourceRow row, String correction, double editRatio) {
    AlignmentContext context = AlignmentContext.of(row.question());
    if (length.judge(new Draft(context, correction)) instanceof Verdict.Reject rejected) {
      return rejected.reason();
    }
    if (AnswerText.hasHalfPair(correction)) {
      return LONE_SURROGATE;
    }
    if (!correction.equals(row.answer())) {
      String objection = objection(new Draft(context, row.answer()), correction);
      if (objection != null) {
        return objection;
      }
    }
    if (editRatio > options.maxEditRatio()) {
      return "edited_too_much";
    }
    return editRatio < options.minEditRatio() ? "edited_too_little" : null;
  }

  private @Nullable String objection(Draft draft, String correction) {
    try {
      Verdict verdict = acceptance.judge(draft, correction);
      return verdict instanceof Verdict.Reject rejected ? rejected.reason() : null;
    } catch (RuntimeException e) {
      return "check_failed";
    }
  }
}
