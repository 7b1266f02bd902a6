package dev.aligner.policy;

import dev.aligner.internal.AnswerText;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Decides which answers are corrected at all, before any model runs. An answer that a gate rejects
 * is shown as it is; the listener hears of it, with the reason.
 *
 * <p>Gates are put together by {@link #and}, {@link #or} and {@link #negate}. Implementations are
 * thread-safe and quick; what one throws is a failure of class {@link FailureClass#ENGINE_ERROR}.
 */
@FunctionalInterface
public interface CorrectionGate {

  /**
   * Judges an answer.
   *
   * @param draft the answer, and what is known of it
   * @return {@link Verdict#pass()} if it is to be corrected, else why not
   */
  Verdict judge(Draft draft);

  /**
   * Returns the gate that is used unless another is set: all of {@link #notBlank()}, {@link
   * #maxCharacters} of 20,000, {@link #notCodeOnly()}, {@link #noToolCalls()} and {@link
   * #noStructuredOutput()}. What they reject is either nothing to correct or read by a program.
   *
   * @return the gate
   */
  static CorrectionGate ofDefaults() {
    return DefaultGate.INSTANCE;
  }

  /**
   * Returns the gate that lets every answer through.
   *
   * @return the gate
   */
  static CorrectionGate open() {
    return draft -> Verdict.pass();
  }

  /**
   * Returns the gate that rejects answers without a visible character, as {@code blank}.
   *
   * @return the gate
   */
  static CorrectionGate notBlank() {
    return draft -> draft.answer().isBlank() ? Reasons.BLANK : Verdict.pass();
  }

  /**
   * Returns the gate that rejects long answers, as {@code too_long}.
   *
   * @param most how many characters may be corrected; at least 1
   * @return the gate
   * @throws IllegalArgumentException if it is below 1
   */
  static CorrectionGate maxCharacters(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("expected at least 1 character; found " + most);
    }
    return draft -> draft.answer().length() > most ? Reasons.TOO_LONG : Verdict.pass();
  }

  /**
   * Returns the gate that rejects answers that are fenced code blocks and nothing else, as {@code
   * code_only}.
   *
   * @return the gate
   */
  static CorrectionGate notCodeOnly() {
    return draft -> AnswerText.isCodeOnly(draft.answer()) ? Reasons.CODE_ONLY : Verdict.pass();
  }

  /**
   * Returns the gate that rejects answers with {@link AnswerTrait#TOOL_CALLS}, as {@code
   * tool_calls}.
   *
   * @return the gate
   */
  static CorrectionGate noToolCalls() {
    return draft ->
        draft.context().has(AnswerTrait.TOOL_CALLS) ? Reasons.TOOL_CALLS : Verdict.pass();
  }

  /**
   * Returns the gate that rejects answers with {@link AnswerTrait#STRUCTURED_OUTPUT}, as {@code
   * structured_output}.
   *
   * @return the gate
   */
  static CorrectionGate noStructuredOutput() {
    return draft ->
        draft.context().has(AnswerTrait.STRUCTURED_OUTPUT)
            ? Reasons.STRUCTURED_OUTPUT
            : Verdict.pass();
  }

  /**
   * Returns the gate that rejects answers with {@link AnswerTrait#CUT_OFF}, as {@code cut_off}. It
   * is not among the defaults: an answer without an end may be as rude as any other.
   *
   * @return the gate
   */
  static CorrectionGate notCutOff() {
    return draft -> draft.context().has(AnswerTrait.CUT_OFF) ? Reasons.CUT_OFF : Verdict.pass();
  }

  /**
   * Makes a gate of a predicate.
   *
   * @param reason why what it does not hold for is rejected, as in {@link Verdict#reject}
   * @param corrected tells which answers are corrected
   * @return the gate
   * @throws IllegalArgumentException if the reason is none of {@link Verdict#reject}
   */
  static CorrectionGate when(String reason, Predicate<Draft> corrected) {
    Verdict rejected = Verdict.reject(reason);
    Objects.requireNonNull(corrected, "corrected");
    return draft -> corrected.test(draft) ? Verdict.pass() : rejected;
  }

  /**
   * Returns the gate that lets through what this one and another let through. The other is not
   * asked about what this one rejects, whose reason holds.
   *
   * @param other the other gate
   * @return the gate
   */
  default CorrectionGate and(CorrectionGate other) {
    Objects.requireNonNull(other, "other");
    return draft -> {
      Verdict verdict = judge(draft);
      return verdict instanceof Verdict.Reject ? verdict : other.judge(draft);
    };
  }

  /**
   * Returns the gate that lets through what this one or another lets through. The other is asked
   * about what this one rejects, and its reason holds.
   *
   * @param other the other gate
   * @return the gate
   */
  default CorrectionGate or(CorrectionGate other) {
    Objects.requireNonNull(other, "other");
    return draft -> {
      Verdict verdict = judge(draft);
      return verdict instanceof Verdict.Reject ? other.judge(draft) : verdict;
    };
  }

  /**
   * Returns the gate that lets through what this one rejects.
   *
   * @param reason why what this one lets through is rejected, as in {@link Verdict#reject}
   * @return the gate
   * @throws IllegalArgumentException if the reason is none of {@link Verdict#reject}
   */
  default CorrectionGate negate(String reason) {
    Verdict rejected = Verdict.reject(reason);
    return draft -> judge(draft) instanceof Verdict.Reject ? Verdict.pass() : rejected;
  }
}
