package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.aligner.EngineUnavailableException;
import dev.aligner.InferenceException;
import dev.aligner.ModelLoadException;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.graph.CacheTensor;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out whether a device can run a model, by running a graph of one operator on it. */
final class Devices {

  private static final Logger log = LoggerFactory.getLogger(Devices.class);
  private static final AtomicBoolean TOLD = new AtomicBoolean();

  private Devices() {}

  /**
   * Returns the device that a model is loaded on.
   *
   * @param device what the user chose
   * @return a device that works, never {@link Device.Auto}
   * @throws EngineUnavailableException if the user chose a GPU and it does not start
   */
  static Device resolve(OrtEnvironment environment, Device device) {
    if (device instanceof Device.Cuda cuda) {
      start(environment, cuda);
    }
    if (!(device instanceof Device.Auto)) {
      return device;
    }
    try {
      Device.Cuda first = Device.cuda(0);
      start(environment, first);
      return first;
    } catch (EngineUnavailableException e) {
      if (TOLD.compareAndSet(false, true)) {
        log.info("Device.auto() runs models on the CPU: {}", e.getMessage());
      }
      return Device.cpu();
    }
  }

  private static void start(OrtEnvironment environment, Device.Cuda cuda) {
    CacheTensor tensor = new CacheTensor("probe", ElementType.FLOAT.onnxType(), 2, 1);
    long[] shape = {1, 1};
    try (CacheMover mover =
            new CacheMover(environment, Path.of("probe.onnx"), cuda, List.of(tensor));
        NativeHandle<OnnxTensor> from = probe(environment, shape);
        NativeHandle<OnnxTensor> to = probe(environment, shape)) {
      mover.takeRows(List.of(from.get()), List.of(to.get()), new int[] {0}, Cancellation.NEVER);
    } catch (ModelLoadException | InferenceException | OrtException e) {
      throw CudaProblem.exception(cuda, environment, e);
    }
  }

  private static NativeHandle<OnnxTensor> probe(OrtEnvironment environment, long[] shape)
      throws OrtException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(Float.BYTES).order(ByteOrder.nativeOrder());
    return NativeHandle.of("a probe", ElementType.FLOAT.tensor(environment, buffer, shape));
  }
}
