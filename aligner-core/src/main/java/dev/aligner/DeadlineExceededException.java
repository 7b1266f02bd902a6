package dev.aligner;

import java.time.Duration;

/** The call took longer than its timeout allows. The engine stays usable. */
public class DeadlineExceededException extends AlignerException {

  private static final long serialVersionUID = 1;

  private final Duration timeout;

  /**
   * Makes an exception.
   *
   * @param timeout how long the call was allowed to take
   */
  public DeadlineExceededException(Duration timeout) {
    super("the call took longer than its timeout of " + timeout.toMillis() + " ms", null);
    this.timeout = timeout;
  }

  /**
   * Returns how long the call was allowed to take.
   *
   * @return the timeout
   */
  public Duration timeout() {
    return timeout;
  }
}
