package dev.aligner.examples.cli;

import java.io.IOException;
import java.nio.file.Path;

/** A file cannot serve as what it was given for. The message is one line and says what to do. */
final class UnusableFileException extends IOException {

  private static final long serialVersionUID = 1;

  UnusableFileException(Path file, String message) {
    super(file + ": " + message);
  }
}
