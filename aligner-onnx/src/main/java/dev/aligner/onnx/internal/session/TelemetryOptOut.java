package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import com.sun.jna.Function;
import com.sun.jna.Platform;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps ONNX Runtime from sending telemetry. On Linux and macOS it writes a device id into the
 * user's cache folder and sends events about process, sessions and models to its maker, from the
 * moment it is loaded, unless the environment variable {@code ORT_DISABLE_TELEMETRY} is 1 by then
 * [1]. Java cannot set an environment variable of its own process, so the C library does. On
 * Windows events stay in the system's tracing, and the call of the Java API turns them off.
 *
 * <p>A user who sets the variable, to whatever value, decides for himself.
 *
 * <p>[1] microsoft/onnxruntime pull request 27379
 */
final class TelemetryOptOut {

  private static final String VARIABLE = "ORT_DISABLE_TELEMETRY";
  private static final Logger LOGGER = LoggerFactory.getLogger(TelemetryOptOut.class);

  private static boolean warned;

  private TelemetryOptOut() {}

  /** Sets the variable; to be called before the first class of ONNX Runtime loads. */
  static void beforeLoading() {
    if (System.getenv(VARIABLE) != null || Platform.isWindows()) {
      return;
    }
    try {
      int keepWhatIsSet = 0;
      Function.getFunction("c", "setenv").invokeInt(new Object[] {VARIABLE, "1", keepWhatIsSet});
    } catch (LinkageError e) {
      warnOnce(e);
    }
  }

  /** Turns off what can be turned off once ONNX Runtime is loaded. */
  static void afterLoading(OrtEnvironment environment) {
    if (System.getenv(VARIABLE) != null) {
      return;
    }
    try {
      environment.setTelemetry(false);
    } catch (OrtException e) {
      warnOnce(e);
    }
  }

  private static synchronized void warnOnce(Throwable cause) {
    if (!warned) {
      warned = true;
      LOGGER.warn(
          "The telemetry of ONNX Runtime could not be turned off. Start the JVM with the environment"
              + " variable {}=1.",
          VARIABLE,
          cause);
    }
  }
}
