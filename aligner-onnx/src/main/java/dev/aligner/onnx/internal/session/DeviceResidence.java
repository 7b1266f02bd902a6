package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.aligner.InferenceException;
import dev.aligner.ModelLoadException;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.graph.CacheTensor;
import dev.aligner.onnx.internal.lifecycle.CloseAll;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import dev.aligner.onnx.internal.session.binding.BindingUnavailableException;
import dev.aligner.onnx.internal.session.binding.DeviceBlock;
import dev.aligner.onnx.internal.session.binding.DeviceMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Memory of the device that a session runs on. Tensors there are inputs and pinned outputs of plain
 * runs: ONNX Runtime copies what lies elsewhere than its operators want it, and this does not. On
 * the CPU it is memory of ONNX Runtime's own arena, and the very same code.
 */
final class DeviceResidence implements Residence {

  /** Room is memory that is taken, other than on the host. */
  private static final int ROOM = 64;

  private static final int MAX_ROWS = 128;

  private final NativeHandle<DeviceMemory> memory;

  private DeviceResidence(NativeHandle<DeviceMemory> memory) {
    this.memory = memory;
  }

  /**
   * Opens the memory of a session's device, and tries out whether graphs there read and write it.
   *
   * @param session a session on the device, open for as long as what is returned
   * @param device the device
   * @param limit the most bytes that all tensors here may take
   * @throws BindingUnavailableException if it cannot be done with this ONNX Runtime
   */
  static DeviceResidence open(
      OrtEnvironment environment, ModelSession session, Device device, long limit)
      throws BindingUnavailableException {
    NativeHandle<DeviceMemory> memory =
        NativeHandle.of(
            "the memory of " + device,
            device instanceof Device.Cuda cuda
                ? session.memory("Cuda", cuda.id(), limit)
                : session.memory("Cpu", 0, limit));
    DeviceResidence residence = new DeviceResidence(memory);
    try {
      residence.tryOut(environment, device);
      return residence;
    } catch (BindingUnavailableException | RuntimeException | Error e) {
      memory.close();
      throw e;
    }
  }

  /** Takes numbers to the device and back, each time by a graph that runs there. */
  private void tryOut(OrtEnvironment environment, Device device)
      throws BindingUnavailableException {
    CacheTensor tensor = new CacheTensor("probe", ElementType.FLOAT.onnxType(), 3, 1);
    ByteBuffer sent = floats(1, 2, 3, 4, 5, 6);
    ByteBuffer received = floats(0, 0, 0, 0, 0, 0);
    long[] shape = {2, 1, 3};
    int[] swapped = {1, 0};
    try (CacheMover mover =
            new CacheMover(environment, Path.of("probe.onnx"), device, List.of(tensor));
        Place place = place();
        NativeHandle<OnnxTensor> there = place.tensor(ElementType.FLOAT, shape, 0);
        NativeHandle<OnnxTensor> from = host(environment, sent, shape);
        NativeHandle<OnnxTensor> to = host(environment, received, shape)) {
      mover.takeRows(List.of(from.get()), List.of(there.get()), swapped, Cancellation.NEVER);
      mover.takeRows(List.of(there.get()), List.of(to.get()), swapped, Cancellation.NEVER);
    } catch (OrtException | InferenceException | ModelLoadException e) {
      throw unavailable("a trial run failed: " + e.getMessage(), e);
    }
    if (!received.equals(sent)) {
      throw unavailable("what a trial run wrote there came back as something else", null);
    }
  }

  private static BindingUnavailableException unavailable(String why, @Nullable Exception cause) {
    return new BindingUnavailableException(why, cause);
  }

  private static ByteBuffer floats(float... values) {
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(values.length * Float.BYTES).order(ByteOrder.nativeOrder());
    buffer.asFloatBuffer().put(values);
    return buffer;
  }

  private static NativeHandle<OnnxTensor> host(
      OrtEnvironment environment, ByteBuffer buffer, long[] shape) throws OrtException {
    return NativeHandle.of("a probe", ElementType.FLOAT.tensor(environment, buffer, shape));
  }

  @Override
  public Place place() {
    return new Block();
  }

  @Override
  public int roomPositions() {
    return ROOM;
  }

  @Override
  public boolean takesAllocated() {
    return false;
  }

  @Override
  public int maxRows() {
    return MAX_ROWS;
  }

  @Override
  public void close() {
    memory.close();
  }

  private final class Block implements Place {

    private final CloseAll owned = new CloseAll();
    private @Nullable NativeHandle<DeviceBlock> block;

    @Override
    public NativeHandle<OnnxTensor> tensor(ElementType type, long[] shape, long room) {
      long bytes = type.bytes();
      for (long size : shape) {
        bytes = Math.multiplyExact(bytes, size);
      }
      NativeHandle<DeviceBlock> present = block;
      if (present == null || present.get().bytes() < bytes) {
        close();
        present =
            owned.add(
                NativeHandle.of(
                    "a block of device memory", memory.get().allocate(Math.max(bytes, room))));
        block = present;
      }
      return NativeHandle.of(
          "a cache", present.get().tensor(type.javaType(), type.onnxType(), bytes, shape));
    }

    @Override
    public void close() {
      block = null;
      owned.close();
    }
  }
}
