package dev.aligner;

import org.jspecify.annotations.Nullable;

/**
 * The engine cannot run here: the platform has no native library, a library on the class path is
 * too old, or a device is missing. The message tells what was found and what to add.
 */
public class EngineUnavailableException extends AlignerException {

  private static final long serialVersionUID = 1;

  /**
   * Makes an exception.
   *
   * @param message what was found, what was expected, and what to do
   * @param cause what was thrown below, if anything
   */
  public EngineUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
