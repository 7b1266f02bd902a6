package dev.aligner;

import org.jspecify.annotations.Nullable;

/** The engine failed while a correction was running. Other requests may succeed. */
public class InferenceException extends AlignerException {

  private static final long serialVersionUID = 1;

  /**
   * Makes an exception.
   *
   * @param message what failed
   * @param cause what the engine threw, if anything
   */
  public InferenceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
