package dev.aligner.onnx.internal.model;

import java.util.List;

/**
 * An input or output of a graph.
 *
 * @param name its name
 * @param elementType the number that ONNX gives the type of its elements; 0 if it is not a tensor
 * @param shape its dimensions, -1 for each that is not fixed; empty for a scalar or where the file
 *     tells none
 */
public record GraphValue(String name, int elementType, List<Long> shape) {

  public GraphValue {
    shape = List.copyOf(shape);
  }
}
