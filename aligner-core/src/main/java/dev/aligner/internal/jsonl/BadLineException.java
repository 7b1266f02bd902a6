package dev.aligner.internal.jsonl;

/**
 * A line of a JSONL file cannot be used. The message reads {@code expected …, found …} and holds
 * nothing of the line's texts.
 */
public final class BadLineException extends Exception {

  private static final long serialVersionUID = 1;

  /**
   * Makes an exception.
   *
   * @param expected what the reader needs, nothing of the line's texts in it
   * @param found what is there instead, nothing of the line's texts in it
   */
  public BadLineException(String expected, String found) {
    super("expected " + expected + ", found " + found);
  }
}
