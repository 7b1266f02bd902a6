package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;

/**
 * Memory of the process, where graphs on the CPU run. Pages take no memory before they are written,
 * so there is much room to grow.
 */
final class HostResidence implements Residence {

  private static final int ROOM = 512;

  /**
   * More rows than this gain nothing on a CPU, and a long answer may have hundreds of sentences.
   */
  private static final int MAX_ROWS = 16;

  private final OrtEnvironment environment;
  private final DirectBuffers buffers;

  HostResidence(OrtEnvironment environment, DirectBuffers buffers) {
    this.environment = environment;
    this.buffers = buffers;
  }

  @Override
  public Place place() {
    return new Buffer(buffers.slot(DirectBuffers.Use.CACHE));
  }

  @Override
  public int roomPositions() {
    return ROOM;
  }

  @Override
  public boolean takesAllocated() {
    return true;
  }

  @Override
  public int maxRows() {
    return MAX_ROWS;
  }

  /** The buffers are closed by their owner. */
  @Override
  public void close() {}

  private final class Buffer implements Place {

    private final DirectBuffers.Slot slot;

    Buffer(DirectBuffers.Slot slot) {
      this.slot = slot;
    }

    @Override
    public NativeHandle<OnnxTensor> tensor(ElementType type, long[] shape, long room)
        throws OrtException {
      int bytes = DirectBuffers.bytes(type.bytes(), shape);
      int capacity = (int) Math.min(Math.max(bytes, room), Integer.MAX_VALUE);
      return NativeHandle.of(
          "a cache", type.tensor(environment, slot.atLeast(bytes, capacity), shape));
    }

    @Override
    public void close() {
      slot.close();
    }
  }
}
