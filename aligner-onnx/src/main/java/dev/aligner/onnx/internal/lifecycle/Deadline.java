package dev.aligner.onnx.internal.lifecycle;

import dev.aligner.InferenceException;
import dev.aligner.onnx.internal.decode.Cancellation;
import java.time.Duration;

/** Ends a generation when its time is over, at its next step, or when its call ends. */
public final class Deadline implements Cancellation {

  private final Duration timeout;
  private final long start = System.nanoTime();
  private final long nanos;
  private final Cancellation call;

  private Deadline(Duration timeout, Cancellation call) {
    this.timeout = timeout;
    this.nanos = timeout.compareTo(Duration.ofDays(1)) > 0 ? Long.MAX_VALUE : timeout.toNanos();
    this.call = call;
  }

  /**
   * Sets a deadline.
   *
   * @param timeout the time from now on; more than a day is for ever
   * @param call what else may end the generation
   * @return the deadline
   */
  public static Deadline after(Duration timeout, Cancellation call) {
    return new Deadline(timeout, call);
  }

  @Override
  public void check() {
    call.check();
    if (System.nanoTime() - start > nanos) {
      throw new InferenceException(
          "the time is over: expected at most "
              + timeout
              + ". Fix: raise the timeout, or lower the limit of new tokens",
          null);
    }
  }

  @Override
  public Registration onCancel(Runnable stop) {
    return call.onCancel(stop);
  }
}
