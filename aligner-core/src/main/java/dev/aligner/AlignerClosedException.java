package dev.aligner;

/**
 * The aligner is closed: it was closed before the call, or its {@code close()} ended the correction
 * that was running.
 */
public class AlignerClosedException extends IllegalStateException {

  private static final long serialVersionUID = 1;

  /** Makes the exception. */
  public AlignerClosedException() {
    super("The aligner is closed. Keep one aligner open for as long as it is in use.");
  }
}
