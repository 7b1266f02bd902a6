package dev.aligner.policy;

import java.util.regex.Pattern;

/** What a {@link CorrectionGate} or an {@link AcceptanceCheck} says. */
public sealed interface Verdict {

  /**
   * Returns the verdict that nothing speaks against it.
   *
   * @return always the same
   */
  static Verdict pass() {
    return Pass.INSTANCE;
  }

  /**
   * Makes a verdict that something speaks against it.
   *
   * @param reason what, in lower case and underscores, such as {@code too_long}: it becomes a tag
   *     of metrics, so there should be few of them, and no text of an answer in it
   * @return the verdict
   * @throws IllegalArgumentException if the reason is empty, longer than 64 characters or has
   *     others than lower-case letters, digits and underscores
   */
  static Verdict reject(String reason) {
    return new Reject(reason);
  }

  /** Nothing speaks against it. */
  enum Pass implements Verdict {
    /** The only one. */
    INSTANCE
  }

  /**
   * Something speaks against it.
   *
   * @param reason what, in lower case and underscores
   */
  record Reject(String reason) implements Verdict {

    private static final Pattern REASON = Pattern.compile("[a-z0-9_]{1,64}");

    /** Checks the reason. */
    public Reject {
      if (!REASON.matcher(reason).matches()) {
        throw new IllegalArgumentException(
            "expected a reason of 1 to 64 lower-case letters, digits and underscores; found one of "
                + reason.length()
                + " characters that is not");
      }
    }
  }
}
