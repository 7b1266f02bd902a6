package dev.aligner.policy;

import dev.aligner.CancelledException;
import dev.aligner.DeadlineExceededException;
import dev.aligner.OverloadedException;
import dev.aligner.UnacceptableCorrectionException;

/** The ways in which a correction fails, by what an operator does about them. */
public enum FailureClass {

  /** It took longer than the policy's timeout: {@link DeadlineExceededException}. */
  TIMEOUT,

  /** Too many calls wait for the model already: {@link OverloadedException}. */
  OVERLOAD,

  /** The engine failed, is closed, or broke its contract: any other exception. */
  ENGINE_ERROR,

  /**
   * An {@link AcceptanceCheck} objects to what came back: {@link UnacceptableCorrectionException}.
   */
  UNACCEPTABLE,

  /**
   * The caller ended it: {@link CancelledException}, or what its consumer of the text threw. It is
   * always thrown.
   */
  CANCELLED;

  /**
   * Tells the class of what an aligner throws.
   *
   * @param exception what was thrown
   * @return its class
   */
  public static FailureClass of(RuntimeException exception) {
    if (exception instanceof DeadlineExceededException) {
      return TIMEOUT;
    }
    if (exception instanceof OverloadedException) {
      return OVERLOAD;
    }
    if (exception instanceof UnacceptableCorrectionException) {
      return UNACCEPTABLE;
    }
    return exception instanceof CancelledException ? CANCELLED : ENGINE_ERROR;
  }
}
