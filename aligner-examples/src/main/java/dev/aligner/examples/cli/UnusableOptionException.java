package dev.aligner.examples.cli;

/** Options that the model cannot follow, which only shows once it is loaded. */
final class UnusableOptionException extends RuntimeException {

  private static final long serialVersionUID = 1;

  UnusableOptionException(IllegalArgumentException cause) {
    super(CorrectionJson.message(cause), cause);
  }
}
