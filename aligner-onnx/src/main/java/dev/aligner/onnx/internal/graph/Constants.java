package dev.aligner.onnx.internal.graph;

import java.util.Collections;
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
      if (node.get().operator().equals("Reshape") && through == SAME_RANK) {
        return ofReshape(graph, node.get(), steps);
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

  /** A weight of bytes is made float and given its shape by a few nodes. */
  private static Optional<List<Long>> ofReshape(GraphView graph, NodeView reshape, int steps) {
    return isConstant(graph, reshape.input(0), steps)
        ? shape(graph, reshape.input(1))
            .filter(dims -> dims.size() == 1)
            .map(dims -> Collections.nCopies(dims.get(0).intValue(), -1L))
        : Optional.empty();
  }

  /** Tells whether a value follows from initializers alone, by so many nodes in a row at most. */
  private static boolean isConstant(GraphView graph, String name, int steps) {
    Optional<NodeView> node = graph.producer(name);
    if (node.isPresent()) {
      return steps > 0
          && node.get().inputs().stream().allMatch(input -> isConstant(graph, input, steps - 1));
    }
    GraphView outer = graph.outer();
    return graph.initializers().containsKey(name)
        || (outer != null && !graph.hasInput(name) && isConstant(outer, name, steps));
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
