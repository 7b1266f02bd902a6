package dev.aligner.onnx.internal.decode;

/** Tells a running generation that it has to end. Thread-safe. */
public interface Cancellation {

  /** A cancellation that never comes. */
  Cancellation NEVER =
      new Cancellation() {
        @Override
        public void check() {}

        @Override
        public Registration onCancel(Runnable stop) {
          return () -> {};
        }
      };

  /**
   * Returns if the generation may go on.
   *
   * @throws RuntimeException the one to end the generation with, if it may not
   */
  void check();

  /**
   * Returns when {@link #check} will throw by itself, for those who wait meanwhile.
   *
   * @return nanoseconds from now on, 0 or less if that time has come; {@link Long#MAX_VALUE} for
   *     never
   */
  default long nanosLeft() {
    return Long.MAX_VALUE;
  }

  /**
   * Hears how long a part of the generation waited for its turn. It is called in the thread that
   * the call belongs to.
   *
   * @param nanos nanoseconds, 0 or more
   */
  default void waited(long nanos) {}

  /**
   * Returns for how long all parts of the generation waited for their turns so far.
   *
   * @return nanoseconds, 0 or more
   */
  default long waitedNanos() {
    return 0;
  }

  /**
   * Registers what stops a run of the model at once. It is called from another thread, at most
   * once, and never after the registration is closed.
   *
   * @param stop what to call; called at once if the cancellation came already
   * @return the registration; closed when the run is over
   */
  Registration onCancel(Runnable stop);

  /** A registered stop. */
  @FunctionalInterface
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}
