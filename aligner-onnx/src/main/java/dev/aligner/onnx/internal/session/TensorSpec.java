package dev.aligner.onnx.internal.session;

import java.util.Arrays;
import java.util.Locale;

/**
 * What a graph declares of one input or output.
 *
 * @param name its name
 * @param type its element type, as {@code FLOAT} or {@code INT64}
 * @param shape its dimensions; -1 where the graph leaves one open
 */
record TensorSpec(String name, String type, long[] shape) {

  int rank() {
    return shape.length;
  }

  @Override
  public String toString() {
    return name + ": " + type.toLowerCase(Locale.ROOT) + Arrays.toString(shape);
  }
}
