package dev.aligner.onnx.internal.decode;

/** A cancellation that comes after some steps. */
final class CancelAfter implements Cancellation {

  private int left;

  private CancelAfter(int steps) {
    this.left = steps;
  }

  static Cancellation steps(int steps) {
    return new CancelAfter(steps);
  }

  @Override
  public void check() {
    if (left-- == 0) {
      throw new IllegalStateException("cancelled");
    }
  }

  @Override
  public Registration onCancel(Runnable stop) {
    return () -> {};
  }
}
