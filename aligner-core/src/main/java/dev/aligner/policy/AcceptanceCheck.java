package dev.aligner.policy;

import dev.aligner.internal.AnswerText;
import dev.aligner.internal.EditRatio;
import dev.aligner.internal.LostFacts;
import dev.aligner.internal.Refusals;
import java.util.List;
import java.util.Objects;

/**
 * Judges what an aligner wrote, before anyone sees it. What a check rejects is a failure of class
 * {@link FailureClass#UNACCEPTABLE}. It is asked only where the text was changed.
 *
 * <p>Implementations are thread-safe; what one throws is a failure of class {@link
 * FailureClass#ENGINE_ERROR}.
 */
@FunctionalInterface
public interface AcceptanceCheck {

  /**
   * Judges a correction.
   *
   * @param draft the answer that was corrected
   * @param corrected the text that the aligner wrote, never that of the answer
   * @return {@link Verdict#pass()} if it may be shown, else why not
   */
  Verdict judge(Draft draft, String corrected);

  /**
   * Returns the check that is used unless another is set: {@link #notEmpty()}, {@link
   * #wholeCharacters()}, {@link #maxLengthRatio} of 4 and {@link #keepsRefusals()}. They reject
   * what no right correction does, whatever the aligner is for.
   *
   * <p>The others are a choice: an aligner may well rewrite an answer ({@link #maxEditRatio}), or
   * mend a wrong number ({@link #keepsNumbers()}).
   *
   * @return the check
   */
  static AcceptanceCheck ofDefaults() {
    return DefaultAcceptance.INSTANCE;
  }

  /**
   * Returns the check that lets every text through.
   *
   * @return always the same
   */
  static AcceptanceCheck none() {
    return NoAcceptance.INSTANCE;
  }

  /**
   * Returns the check of several: the first that rejects a text tells why.
   *
   * @param checks the checks, asked in this order
   * @return the check; {@link #none()} where there are none
   */
  static AcceptanceCheck all(AcceptanceCheck... checks) {
    List<AcceptanceCheck> all = List.of(checks);
    AcceptanceCheck result = none();
    for (AcceptanceCheck check : all) {
      result = result == none() ? check : result.and(check);
    }
    return result;
  }

  /**
   * Returns the check that rejects texts without a visible character, as {@code empty}.
   *
   * @return the check
   */
  static AcceptanceCheck notEmpty() {
    Verdict rejected = Verdict.reject("empty");
    return (draft, corrected) -> corrected.isBlank() ? rejected : Verdict.pass();
  }

  /**
   * Returns the check that rejects texts with half characters that the answer did not have, as
   * {@code half_character}: a replacement character (U+FFFD), or one half of a surrogate pair.
   *
   * @return the check
   */
  static AcceptanceCheck wholeCharacters() {
    Verdict rejected = Verdict.reject("half_character");
    return (draft, corrected) -> {
      int halves = AnswerText.halfCharacters(corrected);
      return halves > 0 && halves > AnswerText.halfCharacters(draft.answer())
          ? rejected
          : Verdict.pass();
    };
  }

  /**
   * Returns the check that rejects texts much longer than the answer, as {@code too_much_longer}:
   * by more than a factor and by more than 200 characters.
   *
   * @param most the characters of the text over those of the answer; at least 1
   * @return the check
   * @throws IllegalArgumentException if it is below 1
   */
  static AcceptanceCheck maxLengthRatio(double most) {
    if (!(most >= 1)) {
      throw new IllegalArgumentException("expected a ratio of at least 1; found " + most);
    }
    Verdict rejected = Verdict.reject("too_much_longer");
    return (draft, corrected) -> {
      int before = draft.answer().length();
      int after = corrected.length();
      return after > before * most && after - before > 200 ? rejected : Verdict.pass();
    };
  }

  /**
   * Returns the check that rejects texts much shorter than the answer, as {@code too_much_shorter}.
   *
   * @param least the characters of the text over those of the answer; 0 to 1
   * @return the check
   * @throws IllegalArgumentException if it is not of 0 to 1
   */
  static AcceptanceCheck minLengthRatio(double least) {
    if (!(least >= 0 && least <= 1)) {
      throw new IllegalArgumentException("expected a ratio of 0 to 1; found " + least);
    }
    Verdict rejected = Verdict.reject("too_much_shorter");
    return (draft, corrected) ->
        corrected.length() < draft.answer().length() * least ? rejected : Verdict.pass();
  }

  /**
   * Returns the check that rejects rewrites, as {@code edited_too_much}: for aligners that make few
   * edits.
   *
   * @param most the largest {@link dev.aligner.Correction#editRatio()}; above 0
   * @return the check
   * @throws IllegalArgumentException if it is not above 0
   */
  static AcceptanceCheck maxEditRatio(double most) {
    if (!(most > 0)) {
      throw new IllegalArgumentException("expected an edit ratio above 0; found " + most);
    }
    Verdict rejected = Verdict.reject("edited_too_much");
    return (draft, corrected) ->
        EditRatio.ofWords(draft.answer(), corrected) > most ? rejected : Verdict.pass();
  }

  /**
   * Returns the check that rejects texts in which a number of the answer is missing, as {@code
   * lost_number}. Numbers that begin list items do not count.
   *
   * @return the check
   */
  static AcceptanceCheck keepsNumbers() {
    Verdict rejected = Verdict.reject("lost_number");
    return (draft, corrected) ->
        LostFacts.numbers(draft.answer(), corrected) ? rejected : Verdict.pass();
  }

  /**
   * Returns the check that rejects texts in which a URL of the answer is missing, as {@code
   * lost_url}.
   *
   * @return the check
   */
  static AcceptanceCheck keepsUrls() {
    Verdict rejected = Verdict.reject("lost_url");
    return (draft, corrected) ->
        LostFacts.urls(draft.answer(), corrected) ? rejected : Verdict.pass();
  }

  /**
   * Returns the check that rejects texts in which a fenced code block of the answer is missing or
   * changed, as {@code lost_code}.
   *
   * @return the check
   */
  static AcceptanceCheck keepsCode() {
    Verdict rejected = Verdict.reject("lost_code");
    return (draft, corrected) ->
        LostFacts.code(draft.answer(), corrected) ? rejected : Verdict.pass();
  }

  /**
   * Returns the check that rejects texts that comply where the answer refused, as {@code
   * refusal_lost}. An answer refuses if an English phrase of refusal, such as "I can't help with",
   * stands in its first 200 characters; the correction has to hold one there, too. A refusal in
   * other words is not seen.
   *
   * @return the check
   */
  static AcceptanceCheck keepsRefusals() {
    Verdict rejected = Verdict.reject("refusal_lost");
    return (draft, corrected) ->
        Refusals.isRefusal(draft.answer()) && !Refusals.isRefusal(corrected)
            ? rejected
            : Verdict.pass();
  }

  /**
   * Returns the check that rejects what this one or another rejects. The other is not asked about
   * what this one rejects, whose reason holds.
   *
   * @param other the other check
   * @return the check
   */
  default AcceptanceCheck and(AcceptanceCheck other) {
    Objects.requireNonNull(other, "other");
    return (draft, corrected) -> {
      Verdict verdict = judge(draft, corrected);
      return verdict instanceof Verdict.Reject ? verdict : other.judge(draft, corrected);
    };
  }
}
