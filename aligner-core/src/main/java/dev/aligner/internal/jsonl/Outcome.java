package dev.aligner.internal.jsonl;

import dev.aligner.CorrectionOutcome;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a correction ended, as the JSON field {@code outcome} names it. */
public enum Outcome {
  /** The aligner wrote another text. */
  CORRECTED,
  /** The aligner left the answer as it was. */
  KEPT,
  /** The answer was left alone on purpose. */
  SKIPPED,
  /** The correction went wrong. */
  FAILED;

  /** Returns the constant of an outcome. */
  public static Outcome of(CorrectionOutcome outcome) {
    if (outcome instanceof CorrectionOutcome.Corrected) {
      return CORRECTED;
    }
    if (outcome instanceof CorrectionOutcome.Kept) {
      return KEPT;
    }
    return outcome instanceof CorrectionOutcome.Skipped ? SKIPPED : FAILED;
  }

  /** Returns the constant that {@link #lowerCase()} names so, or empty if none does. */
  public static Optional<Outcome> named(String name) {
    return Arrays.stream(values()).filter(outcome -> outcome.lowerCase().equals(name)).findFirst();
  }

  /** Returns the name as it stands in JSON. */
  public String lowerCase() {
    return name().toLowerCase(Locale.ROOT);
  }
}
