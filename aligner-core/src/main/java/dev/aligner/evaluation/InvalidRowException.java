package dev.aligner.evaluation;

import dev.aligner.AlignerException;
import java.io.Serial;

/**
 * A row of a file cannot be used. The message tells the file, the line, what was expected and what
 * was found, and holds nothing of the texts.
 */
public class InvalidRowException extends AlignerException {

  @Serial private static final long serialVersionUID = 1;

  private final String file;
  private final long line;

  /**
   * Makes an exception.
   *
   * @param file the file
   * @param line the line, from 1
   * @param expected what should stand there
   * @param found what stands there
   */
  public InvalidRowException(String file, long line, String expected, String found) {
    super(file + ":" + line + ": expected " + expected + "; found " + found, null);
    this.file = file;
    this.line = line;
  }

  /**
   * Returns the file.
   *
   * @return its name, as it was given
   */
  public String file() {
    return file;
  }

  /**
   * Returns where the row begins, or where it stops to be JSON.
   *
   * @return the line, from 1
   */
  public long line() {
    return line;
  }
}
