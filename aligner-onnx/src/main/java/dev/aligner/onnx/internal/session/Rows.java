package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import java.nio.ByteBuffer;

/** Takes rows out of tensors. */
final class Rows {

  private Rows() {}

  /**
   * Makes a tensor of the rows of another.
   *
   * @param from the tensor; its first axis are the rows
   * @param sources for each row to be, the row that it is a copy of
   * @param slot where the copy goes
   */
  static NativeHandle<OnnxTensor> take(
      OrtEnvironment environment,
      OnnxTensor from,
      ElementType type,
      int[] sources,
      DirectBuffers.Slot slot)
      throws OrtException {
    long[] shape = from.getInfo().getShape();
    ByteBuffer all = from.getByteBuffer();
    int rowBytes = all.remaining() / Math.toIntExact(shape[0]);
    ByteBuffer taken = slot.atLeast(DirectBuffers.bytes(rowBytes, sources.length));
    for (int source : sources) {
      taken.put(all.slice(source * rowBytes, rowBytes));
    }
    shape[0] = sources.length;
    return NativeHandle.of("rows of a cache", type.tensor(environment, taken.flip(), shape));
  }
}
