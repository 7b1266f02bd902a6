package dev.aligner;

import org.jspecify.annotations.Nullable;

/**
 * The root of what can go wrong with a correction. Unchecked; the subclasses differ by what the
 * caller can do:
 *
 * <ul>
 *   <li>{@link ModelLoadException}: mend or replace the model's files,
 *   <li>{@link EngineUnavailableException}: mend the class path or choose another machine,
 *   <li>{@link LimitExceededException}: shorten the text or raise the limit,
 *   <li>{@link OverloadedException}: try again later, or let more calls wait,
 *   <li>{@link InferenceException}: report it; another request may succeed.
 * </ul>
 *
 * <p>{@link AlignerClosedException} stands beside this tree: it is an {@link
 * IllegalStateException}. No message of these holds a word of a question or an answer.
 */
public abstract class AlignerException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * Makes an exception.
   *
   * @param message what was found, what was expected, and what to do
   * @param cause what was thrown below, if anything
   */
  protected AlignerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
