package dev.aligner;

/**
 * A text is longer than the model or the limits allow. Nothing was shortened and nothing was cut
 * off: there is no correction. Thrown only where the limits say so; else such an answer is {@link
 * CorrectionOutcome.Skipped}.
 */
public class LimitExceededException extends AlignerException {

  private static final long serialVersionUID = 1;

  private final SkipReason reason;
  private final int limit;

  /**
   * Makes an exception.
   *
   * @param reason which limit, {@link SkipReason#PROMPT_TOO_LONG} or {@link
   *     SkipReason#OUTPUT_TOO_LONG}
   * @param limit the limit in tokens
   * @param message what was found, what was expected, and what to do
   */
  public LimitExceededException(SkipReason reason, int limit, String message) {
    super(message, null);
    this.reason = reason;
    this.limit = limit;
  }

  /**
   * Tells which limit was exceeded.
   *
   * @return {@link SkipReason#PROMPT_TOO_LONG} or {@link SkipReason#OUTPUT_TOO_LONG}
   */
  public SkipReason reason() {
    return reason;
  }

  /**
   * Returns the limit that was exceeded.
   *
   * @return the limit in tokens
   */
  public int limit() {
    return limit;
  }
}
