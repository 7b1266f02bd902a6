package dev.aligner.examples.cli;

/**
 * A line of a JSONL file cannot be used. The message reads {@code expected …, found …} and holds
 * nothing of the line's texts.
 */
final class BadLineException extends Exception {

  private static final long serialVersionUID = 1;

  BadLineException(String expected, String found) {
    super("expected " + expected + ", found " + found);
  }
}
