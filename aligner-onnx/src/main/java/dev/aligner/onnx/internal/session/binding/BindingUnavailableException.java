package dev.aligner.onnx.internal.session.binding;

import org.jspecify.annotations.Nullable;

/** Tensors in memory of a device cannot be made with this ONNX Runtime; the message tells why. */
public final class BindingUnavailableException extends Exception {

  private static final long serialVersionUID = 1;

  /**
   * Makes an exception.
   *
   * @param message what is not as expected
   * @param cause what was thrown below, if anything
   */
  public BindingUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
