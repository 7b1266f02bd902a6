package dev.aligner;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A model cannot be loaded because of its files. The message tells which, and how to mend it. */
public class ModelLoadException extends AlignerException {

  private static final long serialVersionUID = 1;

  private final String file;
  private final String expected;
  private final String found;
  private final String fix;

  /**
   * Makes an exception.
   *
   * @param file the file or directory that is at fault
   * @param expected what the loader needs there
   * @param found what is there instead
   * @param fix what to do about it
   */
  public ModelLoadException(Path file, String expected, String found, String fix) {
    this(file, expected, found, fix, null);
  }

  /**
   * Makes an exception with a cause.
   *
   * @param file the file or directory that is at fault
   * @param expected what the loader needs there
   * @param found what is there instead
   * @param fix what to do about it
   * @param cause what was thrown below, if anything
   */
  public ModelLoadException(
      Path file, String expected, String found, String fix, @Nullable Throwable cause) {
    super(file + ": expected " + expected + "; found " + found + ". Fix: " + fix, cause);
    this.file = file.toString();
    this.expected = expected;
    this.found = found;
    this.fix = fix;
  }

  /**
   * Returns the file or directory that is at fault.
   *
   * @return its path
   */
  public Path file() {
    return Path.of(file);
  }

  /**
   * Returns what the loader needs there.
   *
   * @return a phrase
   */
  public String expected() {
    return expected;
  }

  /**
   * Returns what is there instead.
   *
   * @return a phrase
   */
  public String found() {
    return found;
  }

  /**
   * Returns what to do about it.
   *
   * @return a phrase
   */
  public String fix() {
    return fix;
  }
}
