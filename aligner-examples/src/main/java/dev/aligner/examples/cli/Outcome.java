package dev.aligner.examples.cli;

import dev.aligner.CorrectionOutcome;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a correction ended, as the JSON field {@code outcome} names it. */
enum Outcome {
  CORRECTED,
  KEPT,
  SKIPPED,
  FAILED;

  static Outcome of(CorrectionOutcome outcome) {
    if (outcome instanceof CorrectionOutcome.Corrected) {
      return CORRECTED;
    }
    if (outcome instanceof CorrectionOutcome.Kept) {
      return KEPT;
    }
    return outcome instanceof CorrectionOutcome.Skipped ? SKIPPED : FAILED;
  }

  static Optional<Outcome> named(String name) {
    return Arrays.stream(values()).filter(outcome -> outcome.lowerCase().equals(name)).findFirst();
  }

  String lowerCase() {
    return name().toLowerCase(Locale.ROOT);
  }
}
