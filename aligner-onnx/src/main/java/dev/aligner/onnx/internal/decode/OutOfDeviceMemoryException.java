package dev.aligner.onnx.internal.decode;

import dev.aligner.InferenceException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The device has no memory left for a generation; fewer rows may fit. */
public final class OutOfDeviceMemoryException extends InferenceException {

  private static final long serialVersionUID = 1;

  /** What ONNX Runtime's messages say then, in lower case. */
  private static final List<String> SIGNS =
      List.of(
          "failed to allocate memory for requested buffer",
          "is smaller than requested bytes",
          "out of memory",
          "cublas_status_alloc_failed",
          "cudnn_status_alloc_failed",
          "bad allocation",
          "std::bad_alloc");

  /**
   * Makes an exception.
   *
   * @param reason what the runtime said
   * @param cause what the runtime threw, if anything
   */
  public OutOfDeviceMemoryException(String reason, @Nullable Throwable cause) {
    super(
        "out of memory on the device: "
            + reason
            + ". Fix: raise Device.Cuda.withMemoryLimit, lower Batching.withMemoryBudget, or shorten"
            + " the answer",
        cause);
  }

  /**
   * Tells whether a message of the runtime says that there is no memory left.
   *
   * @param message the message
   * @return whether it does
   */
  public static boolean isToldBy(String message) {
    String text = message.toLowerCase(Locale.ROOT);
    return SIGNS.stream().anyMatch(text::contains);
  }
}
