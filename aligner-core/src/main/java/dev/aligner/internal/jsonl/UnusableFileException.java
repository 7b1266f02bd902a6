package dev.aligner.internal.jsonl;

import java.io.IOException;
import java.nio.file.Path;

/** A file cannot serve as what it was given for. The message is one line and says what to do. */
public final class UnusableFileException extends IOException {

  private static final long serialVersionUID = 1;

  /**
   * Makes an exception.
   *
   * @param file the file
   * @param message what was expected and found, and what to do
   */
  public UnusableFileException(Path file, String message) {
    super(file + ": " + message);
  }
}
