package dev.aligner.onnx.internal.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The way back from logits to the products with the vocabulary that make them: one, or one in each
 * branch of an {@code If}. It goes through nodes that treat all positions alike, and only where
 * nobody else reads what they give.
 *
 * <p>A head whose activations are quantized at run time ({@code MatMulInteger}) is none: its scale
 * is taken over all positions, so cutting some off would change the scores of the rest. Nor is
 * {@code Gemm}, whose rows are positions of all answers of a batch.
 */
final class HeadSearch {

  /** These read a weight of two axes as their second input. */
  private static final Set<String> PRODUCTS = Set.of("MatMul", "com.microsoft:FusedMatMul");

  /** This one's weight is packed, and always of two axes. */
  private static final String PACKED_PRODUCT = "com.microsoft:MatMulNBits";

  private static final List<String> TRANSPOSITIONS =
      List.of("transA", "transBatchA", "transBatchB");

  private static final Set<String> QUANTIZE =
      Set.of("QuantizeLinear", "com.microsoft:QuantizeLinear");

  private static final Set<String> DEQUANTIZE =
      Set.of("DequantizeLinear", "com.microsoft:DequantizeLinear");

  /** These treat each element of their first input alike. */
  private static final Set<String> OF_FIRST =
      Set.of(
          "Cast",
          "Identity",
          "Tanh",
          "QuantizeLinear",
          "com.microsoft:QuantizeLinear",
          "DequantizeLinear",
          "com.microsoft:DequantizeLinear");

  private static final Set<String> OF_TWO = Set.of("Add", "Sub", "Mul", "Div");

  private final List<Cut> cuts = new ArrayList<>();
  private final List<ValueView> values = new ArrayList<>();

  /**
   * Where hidden states are to be cut.
   *
   * @param graph the graph that holds the node
   * @param node the node whose first input is to be cut
   */
  record Cut(GraphView graph, NodeView node) {}

  /** Returns where to cut; complete once the search found no obstacle. */
  List<Cut> cuts() {
    return cuts;
  }

  /** Returns what the file tells of all values that a cut makes shorter. */
  List<ValueView> values() {
    return values;
  }

  /**
   * Searches from a value of three axes.
   *
   * @return why there is no head to cut before; empty if there is
   */
  Optional<String> from(GraphView graph, String value) {
    String name = value;
    while (true) {
      Optional<String> obstacle = pass(graph, name);
      if (obstacle.isPresent()) {
        return obstacle;
      }
      Optional<NodeView> producer = graph.producer(name);
      if (producer.isEmpty()) {
        return Optional.of("no node gives " + name);
      }
      NodeView node = producer.get();
      if (node.operator().equals("If")) {
        return branches(graph, node, node.outputs().indexOf(name));
      }
      if (isHead(graph, node)) {
        return head(graph, node);
      }
      Optional<String> next = activation(graph, node);
      if (next.isEmpty()) {
        return Optional.of("its logits come out of " + node.operator());
      }
      name = next.get();
    }
  }

  /** Takes note of a value that becomes shorter. */
  private Optional<String> pass(GraphView graph, String name) {
    if (graph.uses(name) != 1) {
      return Optional.of(name + " is read by others too");
    }
    List<ValueView> told = graph.values(name);
    if (told.stream().anyMatch(value -> value.isFixed(ModelView.SEQUENCE_AXIS))) {
      return Optional.of(name + " has a fixed number of positions");
    }
    values.addAll(told);
    return Optional.empty();
  }

  private Optional<String> branches(GraphView graph, NodeView node, int output) {
    for (String branch : List.of("then_branch", "else_branch")) {
      Optional<GraphView> inner = graph.inner(node, branch);
      if (inner.isEmpty() || output >= inner.get().outputs().size()) {
        return Optional.of("an If without its " + branch);
      }
      Optional<String> obstacle = from(inner.get(), inner.get().outputs().get(output).name());
      if (obstacle.isPresent()) {
        return obstacle;
      }
    }
    return Optional.empty();
  }

  private static boolean isHead(GraphView graph, NodeView node) {
    if (node.operator().equals(PACKED_PRODUCT)) {
      return true;
    }
    return node.is(PRODUCTS)
        && TRANSPOSITIONS.stream().allMatch(name -> node.integer(name) == 0)
        && Constants.rank(graph, node.input(1)).filter(rank -> rank == 2).isPresent();
  }

  /**
   * Cuts before a head, or before a pair that rounds its activations by one constant scale: the
   * runtime makes one node of such a pair and the head.
   */
  private Optional<String> head(GraphView graph, NodeView head) {
    Optional<NodeView> dequantize =
        graph
            .producer(head.input(0))
            .filter(node -> node.is(DEQUANTIZE) && activation(graph, node).isPresent())
            .filter(node -> graph.uses(head.input(0)) == 1);
    Optional<NodeView> quantize =
        dequantize
            .flatMap(node -> graph.producer(node.input(0)))
            .filter(node -> node.is(QUANTIZE) && activation(graph, node).isPresent())
            .filter(node -> graph.uses(node.outputs().get(0)) == 1);
    if (quantize.isEmpty()) {
      cuts.add(new Cut(graph, head));
      return Optional.empty();
    }
    cuts.add(new Cut(graph, quantize.get()));
    Optional<String> obstacle = pass(graph, head.input(0));
    return obstacle.isPresent() ? obstacle : pass(graph, quantize.get().outputs().get(0));
  }

  /** Returns the input that a node changes element by element, in the same way at all positions. */
  private static Optional<String> activation(GraphView graph, NodeView node) {
    if (node.is(OF_FIRST)) {
      boolean scalars =
          node.inputs().stream().skip(1).allMatch(name -> name.isEmpty() || isScalar(graph, name));
      return scalars ? Optional.of(node.input(0)) : Optional.empty();
    }
    if (node.is(OF_TWO) && node.inputs().size() == 2) {
      if (isSameAtAllPositions(graph, node.input(1))) {
        return Optional.of(node.input(0));
      }
      if (isSameAtAllPositions(graph, node.input(0))) {
        return Optional.of(node.input(1));
      }
    }
    return Optional.empty();
  }

  private static boolean isScalar(GraphView graph, String name) {
    return Constants.shape(graph, name)
        .filter(shape -> shape.stream().allMatch(size -> size == 1) && shape.size() <= 1)
        .isPresent();
  }

  /** A scalar, one number for each score, or a single row of them. */
  private static boolean isSameAtAllPositions(GraphView graph, String name) {
    return Constants.shape(graph, name)
        .filter(shape -> shape.size() < 2 || (shape.size() == 2 && shape.get(0) == 1))
        .isPresent();
  }
}
