package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.aligner.onnx.internal.decode.Cancellation;
import java.util.Map;

/** The self-attention cache of one generation. Not thread-safe. */
sealed interface SelfCache extends AutoCloseable permits KvCache, InPlaceKvCache {

  /** Takes new rows from the present ones, at the next {@link #bind}. */
  void reorder(int[] sources);

  /** Drops positions behind a length, at the next {@link #bind}. */
  void truncate(int newLength);

  /**
   * Puts the past among the inputs of a step, and the present among its outputs.
   *
   * @param feeds takes the past
   * @param pinned takes the present
   * @param width how many positions the step adds
   */
  void bind(
      Map<String, OnnxTensor> feeds,
      Map<String, OnnxTensor> pinned,
      int width,
      Cancellation cancellation)
      throws OrtException;

  /** Takes the present of a step that has run for the past of the next. */
  void advance(int width);

  @Override
  void close();

  /** Puts two reorderings into one. */
  static int[] composed(int[] earlier, int[] sources) {
    int[] taken = sources.clone();
    for (int i = 0; i < taken.length; i++) {
      taken[i] = earlier[taken[i]];
    }
    return taken;
  }
}
