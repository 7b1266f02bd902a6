package dev.aligner;

import java.util.Objects;

/**
 * How a correction ended. In every case {@link Correction#text()} is what to show; all but {@link
 * Corrected} leave the original answer there.
 */
public sealed interface CorrectionOutcome {

  /** The aligner wrote another text. */
  record Corrected() implements CorrectionOutcome {}

  /** The aligner read the answer and left every character as it was. */
  record Kept() implements CorrectionOutcome {}

  /**
   * The answer was left alone on purpose, and no corrected text exists.
   *
   * @param reason why
   */
  record Skipped(SkipReason reason) implements CorrectionOutcome {

    /** Checks the reason. */
    public Skipped {
      Objects.requireNonNull(reason, "reason");
    }
  }

  /**
   * The correction went wrong.
   *
   * @param exception what went wrong, mostly an {@link AlignerException}
   */
  record Failed(RuntimeException exception) implements CorrectionOutcome {

    /** Checks the exception. */
    public Failed {
      Objects.requireNonNull(exception, "exception");
    }
  }
}
