package dev.aligner;

import java.util.Objects;

/**
 * What the engine wrote is no correction that may be shown, as a check says. Thrown only where the
 * failure policy asks for it; else the original answer is returned.
 */
public class UnacceptableCorrectionException extends AlignerException {

  private static final long serialVersionUID = 1;

  private final String reason;

  /**
   * Makes an exception.
   *
   * @param reason what the check objects to, such as {@code lost_url}
   */
  public UnacceptableCorrectionException(String reason) {
    super(
        "the correction was not accepted: "
            + reason
            + ". Fix: look at it in the audit log, and change the model or the acceptance checks",
        null);
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /**
   * Returns what the check objects to.
   *
   * @return the reason of its verdict
   */
  public String reason() {
    return reason;
  }
}
