package dev.aligner.onnx.internal.graph;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the shapes of values that no input changes: weights, biases and scales. */
final class Constants {

  /** Weights may come through so many nodes. */
  private static final int MAX_STEPS = 8;

  private static final Set<String> SAME_SHAPE = Set.of("Identity", "Cast");

  /** These give their first input, a weight, in another form of the same rank. */
  private static final Set<String> SAME_RANK =
      Set.of(
          "Identity",
          "Cast",
          "Transpose",
          "DequantizeLinear",
          "com.microsoft:DequantizeLinear",
          "QuantizeLinear",
          "com.microsoft:QuantizeLinear");

  private static final List<String> SCALARS = List.of("value_float", "value_int");

  private Constants() {}

  /** Returns the shape of a constant; empty if a value is none, or of unknown shape. */
  static Optional<List<Long>> shape(GraphView graph, String name) {
    return find(graph, name, SAME_SHAPE, MAX_STEPS);
  }

  /** Returns the number of axes of a weight; empty if a value is none, or of unknown shape. */
  static Optional<Integer> rank(GraphView graph, String name) {
    return find(graph, name, SAME_RANK, MAX_STEPS).map(List::size);
  }

  private static Optional<List<Long>> find(
      GraphView graph, String name, Set<String> through, int steps) {
    Optional<NodeView> node = graph.producer(name);
    if (node.isPresent()) {
      if (node.get().operator().equals("Constant")) {
        return ofNode(node.get());
      }
      return node.get().is(through) && steps > 0
          ? find(graph, node.get().input(0), through, steps - 1)
          : Optional.empty();
    }
    Message tensor = graph.initializers().get(name);
    if (tensor != null) {
      return Optional.of(tensor.integers(Onnx.TENSOR_DIMS));
    }
    GraphView outer = graph.outer();
    return outer == null || graph.hasInput(name)
        ? Optional.empty()
        : find(outer, name, through, steps);
  }

  private static Optional<List<Long>> ofNode(NodeView node) {
    if (SCALARS.stream().anyMatch(name -> node.attribute(name).isPresent())) {
      return Optional.of(List.of());
    }
    return node.attribute("value")
        .flatMap(attribute -> attribute.message(Onnx.ATTRIBUTE_TENSOR))
        .map(tensor -> tensor.integers(Onnx.TENSOR_DIMS));
  }
}
