package dev.aligner.onnx.internal.session.binding;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.aligner.onnx.internal.session.binding.OrtApi.Entry;

/**
 * A block of memory on a device. Tensors are made over it and are gone before it is; what they hold
 * Java never reads. Not thread-safe.
 */
public final class DeviceBlock implements AutoCloseable {

  private static final int MAX_RANK = 8;

  /** The address that a call puts out, and a shape. */
  static final long SCRATCH_BYTES = (1 + MAX_RANK) * (long) Long.BYTES;

  private final DeviceMemory memory;
  private final long address;
  private final long bytes;
  private final long scratch;

  DeviceBlock(DeviceMemory memory, long address, long bytes, long scratch) {
    this.memory = memory;
    this.address = address;
    this.bytes = bytes;
    this.scratch = scratch;
  }

  /**
   * Returns the size of the block.
   *
   * @return bytes
   */
  public long bytes() {
    return bytes;
  }

  /**
   * Makes a tensor over the first bytes of the block.
   *
   * @param type the type of its elements
   * @param onnxType ONNX's number of that type
   * @param size the bytes of all elements, at most those of the block
   * @param shape its shape
   * @return the tensor; the caller closes it before this block, and never asks for its values
   */
  public OnnxTensor tensor(OnnxJavaType type, int onnxType, long size, long[] shape) {
    if (size > bytes || shape.length > MAX_RANK) {
      throw new IllegalArgumentException(
          "expected a tensor of at most " + bytes + " bytes; found " + size);
    }
    Pointer out = new Pointer(scratch);
    for (int axis = 0; axis < shape.length; axis++) {
      out.setLong((1L + axis) * Long.BYTES, shape[axis]);
    }
    memory
        .api()
        .call(
            Entry.CREATE_TENSOR_WITH_DATA,
            memory.info(),
            new Pointer(address),
            size,
            out.share(Long.BYTES),
            (long) shape.length,
            onnxType,
            out);
    long value = out.getLong(0);
    try {
      return memory.binding().tensor(value, type, shape.clone());
    } catch (RuntimeException | Error e) {
      memory.api().release(Entry.RELEASE_VALUE, value);
      throw e;
    }
  }

  @Override
  public void close() {
    Native.free(scratch);
    memory.free(address, bytes);
  }
}
