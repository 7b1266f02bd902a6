package dev.aligner.onnx;

/**
 * Where a model runs. The default is {@link #cpu()}.
 *
 * <p>Immutable and thread-safe.
 */
public sealed interface Device {

  /**
   * Returns the CPU, with as many threads for one model run as ONNX Runtime chooses: one for each
   * physical core.
   *
   * @return the device
   */
  static Device cpu() {
    return new Cpu(0);
  }

  /**
   * Returns the CPU with a number of threads.
   *
   * @param threads threads that work on one model run, the calling one included; at least 1. All
   *     corrections of one aligner share them
   * @return the device
   * @throws IllegalArgumentException if there is not at least one thread
   */
  static Device cpu(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("expected at least 1 thread; found " + threads);
    }
    return new Cpu(threads);
  }

  /** The CPU. */
  final class Cpu implements Device {

    private final int threads;

    private Cpu(int threads) {
      this.threads = threads;
    }

    /**
     * Returns the threads that work on one model run.
     *
     * @return the number, or 0 to let ONNX Runtime choose
     */
    public int threads() {
      return threads;
    }

    @Override
    public String toString() {
      return threads == 0 ? "cpu" : "cpu(" + threads + " threads)";
    }
  }
}
