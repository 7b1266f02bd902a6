package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OrtEnvironment;
import dev.aligner.EngineUnavailableException;
import dev.aligner.onnx.internal.Dependency;

/** ONNX Runtime itself: found, loaded and checked before anything else touches it. */
final class OrtRuntime {

  private OrtRuntime() {}

  /**
   * Returns the environment, which ONNX Runtime shares in the whole process and closes by itself.
   *
   * @throws EngineUnavailableException if the platform has no native library, it does not load, or
   *     the class path holds an older version than tested
   */
  static OrtEnvironment environment() {
    Platform.check(
        System.getProperty("os.name", ""),
        System.getProperty("os.arch", ""),
        System.getProperty("onnxruntime.native.path") != null);
    TelemetryOptOut.beforeLoading();
    OrtEnvironment environment;
    try {
      environment = OrtEnvironment.getEnvironment();
    } catch (LinkageError | IllegalStateException e) {
      throw new EngineUnavailableException(
          "ONNX Runtime does not load: expected a system with glibc 2.28 or newer (on Linux) and a"
              + " temp folder that allows native libraries. Fix: use such a system (not Alpine), or"
              + " point -Djava.io.tmpdir at such a folder.",
          e);
    }
    Dependency.ONNX_RUNTIME.require(environment.getVersion());
    TelemetryOptOut.afterLoading(environment);
    return environment;
  }
}
