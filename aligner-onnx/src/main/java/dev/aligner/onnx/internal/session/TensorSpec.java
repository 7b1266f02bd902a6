package dev.aligner.onnx.internal.session;

import java.util.Arrays;

/**
 * What a graph declares of one input or output.
 *
 * @param name its name
 * @param type its element type
 * @param shape its dimensions; -1 where the graph leaves one open
 */
record TensorSpec(String name, ElementType type, long[] shape) {

  int rank() {
    return shape.length;
  }

  @Override
  public String toString() {
    return name + ": " + type + Arrays.toString(shape);
  }
}
