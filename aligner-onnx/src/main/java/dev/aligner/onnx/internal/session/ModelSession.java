package dev.aligner.onnx.internal.session;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.aligner.InferenceException;
import dev.aligner.ModelLoadException;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.decode.OutOfDeviceMemoryException;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import dev.aligner.onnx.internal.session.binding.BindingUnavailableException;
import dev.aligner.onnx.internal.session.binding.DeviceMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One ONNX graph, loaded. Thread-safe for running; whoever closes it makes sure that nothing runs
 * any more.
 */
final class ModelSession implements AutoCloseable {

  private final Path file;
  private final NativeHandle<OrtSession> session;
  private final Map<String, TensorSpec> inputs;
  private final Map<String, TensorSpec> outputs;

  private ModelSession(
      Path file,
      NativeHandle<OrtSession> session,
      Map<String, TensorSpec> inputs,
      Map<String, TensorSpec> outputs) {
    this.file = file;
    this.session = session;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  /**
   * Loads a graph.
   *
   * @throws ModelLoadException if ONNX Runtime does not load it
   */
  static ModelSession open(OrtEnvironment environment, Path file, Device device) {
    return open(
        environment, file, device, options -> environment.createSession(file.toString(), options));
  }

  /**
   * Loads a graph that was prepared in memory. Its weights stay in files, which its external data
   * names relative to the folder of the graph that it was made from: the folder where that file
   * really lies, for ONNX Runtime takes no data that a link leads out of the folder to.
   *
   * @param file the graph that it was made from
   * @param prepared the prepared graph
   * @throws ModelLoadException if ONNX Runtime does not load it
   */
  static ModelSession open(OrtEnvironment environment, Path file, byte[] prepared, Device device) {
    return open(
        environment,
        file,
        device,
        options -> {
          options.addConfigEntry(
              "session.model_external_initializers_file_folder_path",
              String.valueOf(real(file).getParent()));
          return environment.createSession(prepared, options);
        });
  }

  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      return file.toAbsolutePath();
    }
  }

  private static ModelSession open(
      OrtEnvironment environment, Path file, Device device, Opening opening) {
    NativeHandle<OrtSession> session = null;
    try (OrtSession.SessionOptions options = options(device)) {
      session = NativeHandle.of("the session of " + file.getFileName(), opening.open(options));
      return new ModelSession(
          file, session, specs(session.get().getInputInfo()), specs(session.get().getOutputInfo()));
    } catch (OrtException e) {
      if (session != null) {
        session.close();
      }
      String message = String.valueOf(e.getMessage());
      UnsupportedOperator reason =
          UnsupportedOperator.in(message)
              .orElseGet(
                  () ->
                      new UnsupportedOperator(
                          "one that it refuses: " + message,
                          "copy or export the model again; external data files belong beside the"
                              + " graph"));
      throw new ModelLoadException(
          file,
          "an ONNX graph that ONNX Runtime " + environment.getVersion() + " loads",
          reason.found(),
          reason.fix(),
          e);
    }
  }

  /** Makes a session of ONNX Runtime. */
  @FunctionalInterface
  private interface Opening {
    OrtSession open(OrtSession.SessionOptions options) throws OrtException;
  }

  private static OrtSession.SessionOptions options(Device device) throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    // Every error comes back as an exception; ONNX Runtime would print it to stderr as well.
    options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    // A memory plan for each input shape seen would grow with every new length of text.
    options.setMemoryPatternOptimization(false);
    // Threads that wait in a loop take the cores from the application, and from each other where
    // several corrections run at once.
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    if (device instanceof Device.Cpu cpu && cpu.threads() > 0) {
      options.setIntraOpNumThreads(cpu.threads());
    }
    if (device instanceof Device.Cuda cuda) {
      CudaOptions.add(cuda, options);
    }
    return options;
  }

  private static Map<String, TensorSpec> specs(Map<String, NodeInfo> infos) {
    Map<String, TensorSpec> specs = new LinkedHashMap<>();
    infos.forEach(
        (name, node) -> {
          TensorSpec spec =
              node.getInfo() instanceof TensorInfo tensor
                  ? new TensorSpec(name, ElementType.of(tensor.type), tensor.getShape())
                  : new TensorSpec(name, ElementType.OTHER, new long[0]);
          specs.put(name, spec);
        });
    return specs;
  }

  Path file() {
    return file;
  }

  Map<String, TensorSpec> inputs() {
    return inputs;
  }

  Map<String, TensorSpec> outputs() {
    return outputs;
  }

  /**
   * Runs the graph.
   *
   * @param feeds one open tensor for each input of the graph
   * @param requested the outputs that ONNX Runtime allocates; the result owns them
   * @param pinned the outputs that are written into tensors of the caller's
   * @param runOptions the adapter and the way to end the run, or null for neither
   * @return the requested outputs; the caller closes them
   * @throws InferenceException if the run fails
   * @throws RuntimeException what {@code cancellation} throws, if it ended the run
   */
  NativeHandle<OrtSession.Result> run(
      Map<String, OnnxTensor> feeds,
      Set<String> requested,
      Map<String, OnnxTensor> pinned,
      OrtSession.@Nullable RunOptions runOptions,
      Cancellation cancellation) {
    cancellation.check();
    requireOpen(feeds);
    requireOpen(pinned);
    try {
      return NativeHandle.of(
          "a result of " + file.getFileName(),
          session.get().run(feeds, requested, pinned, runOptions));
    } catch (OrtException e) {
      cancellation.check();
      String message = String.valueOf(e.getMessage());
      if (OutOfDeviceMemoryException.isToldBy(message)) {
        throw new OutOfDeviceMemoryException(message, e);
      }
      throw new InferenceException("ONNX Runtime failed to run " + file + ": " + message, e);
    }
  }

  /**
   * Asks for the memory that ONNX Runtime manages for this session on a device.
   *
   * @param device what ONNX Runtime calls the device
   * @param limit the most bytes that may be taken of it
   * @return the memory; the caller closes it before this session
   */
  DeviceMemory memory(String device, int id, long limit) throws BindingUnavailableException {
    return DeviceMemory.open(session.get(), device, id, limit);
  }

  /** A closed tensor would end the JVM. */
  private static void requireOpen(Map<String, OnnxTensor> tensors) {
    tensors.forEach(
        (name, tensor) -> {
          if (tensor.isClosed()) {
            throw new IllegalStateException("tensor " + name + " is closed");
          }
        });
  }

  @Override
  public void close() {
    session.close();
  }
}
