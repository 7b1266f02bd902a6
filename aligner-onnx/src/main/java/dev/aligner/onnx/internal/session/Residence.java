package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;

/**
 * Where those tensors of generations lie that stay from step to step: the caches, and what the
 * encoder gave. The generation itself does not know the difference. Thread-safe; whoever closes it
 * makes sure that no place is in use.
 */
sealed interface Residence extends AutoCloseable permits HostResidence, DeviceResidence {

  /** Returns a place that holds no tensor yet. */
  Place place();

  /** Returns of how many positions a cache grows by multiples. */
  int roomPositions();

  /** Tells whether outputs that ONNX Runtime allocates in a run lie here too. */
  boolean takesAllocated();

  /** Tells how many rows are worth to be decoded at once. */
  int maxRows();

  @Override
  void close();

  /**
   * Memory for one tensor at a time. It belongs to one generation, which closes it. Not
   * thread-safe.
   */
  interface Place extends AutoCloseable {

    /**
     * Makes a tensor; what the place held is lost. The tensors made before are closed by then.
     *
     * @param type the type of its elements
     * @param shape its shape, of at least one element
     * @param room the bytes that the place gets if it has to grow
     * @return the tensor; the caller closes it before this place
     */
    NativeHandle<OnnxTensor> tensor(ElementType type, long[] shape, long room) throws OrtException;

    @Override
    void close();
  }
}
