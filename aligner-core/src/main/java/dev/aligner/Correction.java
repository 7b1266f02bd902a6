package dev.aligner;

import dev.aligner.internal.EditRatio;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The result of a correction: the text to show, and how it came about.
 *
 * <p>Immutable and thread-safe. {@link #toString()} tells the outcome, never the texts.
 */
public final class Correction {

  private static final double NOT_COMPUTED = -1;

  private final CorrectionRequest request;
  private final String text;
  private final CorrectionOutcome outcome;
  private final Optional<CorrectionUsage> usage;
  private final List<CorrectionCandidate> alternatives;
  private volatile double editRatio = NOT_COMPUTED;

  private Correction(
      CorrectionRequest request,
      String text,
      CorrectionOutcome outcome,
      Optional<CorrectionUsage> usage,
      List<CorrectionCandidate> alternatives) {
    this.request = Objects.requireNonNull(request, "request");
    this.text = Objects.requireNonNull(text, "text");
    this.outcome = Objects.requireNonNull(outcome, "outcome");
    this.usage = usage;
    this.alternatives = alternatives;
  }

  private static Correction of(CorrectionRequest request, String text, CorrectionOutcome outcome) {
    return new Correction(request, text, outcome, Optional.empty(), List.of());
  }

  /**
   * Makes the correction of a request: {@link CorrectionOutcome.Kept} if the text equals the
   * answer, else {@link CorrectionOutcome.Corrected}.
   *
   * @param request what was to be corrected
   * @param text the corrected answer
   * @return the correction, without usage
   */
  public static Correction of(CorrectionRequest request, String text) {
    CorrectionOutcome outcome =
        text.equals(request.answer())
            ? new CorrectionOutcome.Kept()
            : new CorrectionOutcome.Corrected();
    return of(request, text, outcome);
  }

  /**
   * Makes the correction of a request that was left alone on purpose; its text is the original
   * answer.
   *
   * @param request what was to be corrected
   * @param reason why it was not
   * @return the correction, without usage
   */
  public static Correction skipped(CorrectionRequest request, SkipReason reason) {
    return of(request, request.answer(), new CorrectionOutcome.Skipped(reason));
  }

  /**
   * Makes the correction of a request that failed; its text is the original answer.
   *
   * @param request what was to be corrected
   * @param exception what went wrong
   * @return the correction, without usage
   */
  public static Correction failed(CorrectionRequest request, RuntimeException exception) {
    return of(request, request.answer(), new CorrectionOutcome.Failed(exception));
  }

  /**
   * Returns this correction with what it cost.
   *
   * @param usage what the correction cost
   * @return a correction that differs from this one in the usage alone
   */
  public Correction withUsage(CorrectionUsage usage) {
    return new Correction(
        request, text, outcome, Optional.of(Objects.requireNonNull(usage, "usage")), alternatives);
  }

  /**
   * Returns this correction with all that the engine found.
   *
   * @param candidates the corrections, the best first, which is this one's text; or none
   * @return a correction that differs from this one in the alternatives alone
   * @throws IllegalArgumentException if the first is not this one's text
   */
  public Correction withAlternatives(List<CorrectionCandidate> candidates) {
    List<CorrectionCandidate> copy = List.copyOf(candidates);
    if (!copy.isEmpty() && !copy.get(0).text().equals(text)) {
      throw new IllegalArgumentException(
          "expected the first alternative to be the text of the correction; found another text");
    }
    return new Correction(request, text, outcome, usage, copy);
  }

  /**
   * Returns what was to be corrected.
   *
   * @return the request, the original answer in it
   */
  public CorrectionRequest request() {
    return request;
  }

  /**
   * Returns the text to show, whatever the outcome: the corrected answer, or the original one if it
   * was kept, skipped or failed.
   *
   * @return the text to show
   */
  public String text() {
    return text;
  }

  /**
   * Returns how the text came about.
   *
   * @return the outcome
   */
  public CorrectionOutcome outcome() {
    return outcome;
  }

  /**
   * Tells whether the text differs from the original answer.
   *
   * @return true if it does
   */
  public boolean changed() {
    return !text.equals(request.answer());
  }

  /**
   * Returns what the correction cost.
   *
   * @return the usage, or empty if no model ran or the engine does not tell
   */
  public Optional<CorrectionUsage> usage() {
    return usage;
  }

  /**
   * Returns all corrections that the engine found, where it was told to find several.
   *
   * @return an unmodifiable list, the best first, which is {@link #text()}; empty if the engine
   *     found no more than that one, or does not tell
   */
  public List<CorrectionCandidate> alternatives() {
    return alternatives;
  }

  /**
   * Returns the degree of correction: the Levenshtein distance between the words of the answer and
   * those of the text, divided by the number of words of the answer. Words are what stands between
   * whitespace. 0 means no word changed; there is no upper bound. For an answer without words it is
   * 0 if nothing changed, else 1.
   *
   * <p>Computed at the first call; the same for every engine (arXiv 2402.02416 calls it D and
   * counts model tokens, which differ from engine to engine).
   *
   * @return the edit ratio, 0 or more
   */
  public double editRatio() {
    double ratio = editRatio;
    if (ratio == NOT_COMPUTED) {
      ratio = EditRatio.ofWords(request.answer(), text);
      editRatio = ratio;
    }
    return ratio;
  }

  /** Returns the outcome and the usage; the texts themselves never reach a log. */
  @Override
  public String toString() {
    return "Correction[outcome=" + outcome + usage.map(u -> ", usage=" + u).orElse("") + "]";
  }
}
