package dev.aligner.onnx.internal.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A graph, or a branch or body in one, to be read. It shows the graph as it was when the view was
 * made; rewrites look first and edit after.
 */
final class GraphView {

  private final Message message;
  private final @Nullable GraphView outer;
  private final List<NodeView> nodes;
  private final Map<String, NodeView> producers = new HashMap<>();
  private final Map<String, Message> initializers = new LinkedHashMap<>();
  private final List<ValueView> inputs;
  private final List<ValueView> outputs;
  private final List<ValueView> values;
  private final Map<Message, GraphView> inner = new LinkedHashMap<>();
  private final Map<String, Integer> uses = new HashMap<>();

  private GraphView(Message message, @Nullable GraphView outer) {
    this.message = message;
    this.outer = outer;
    this.nodes = message.messages(Onnx.GRAPH_NODE).stream().map(NodeView::of).toList();
    this.inputs = message.messages(Onnx.GRAPH_INPUT).stream().map(ValueView::of).toList();
    this.outputs = message.messages(Onnx.GRAPH_OUTPUT).stream().map(ValueView::of).toList();
    this.values = message.messages(Onnx.GRAPH_VALUE).stream().map(ValueView::of).toList();
    for (Message tensor : message.messages(Onnx.GRAPH_INITIALIZER)) {
      initializers.put(tensor.text(Onnx.TENSOR_NAME), tensor);
    }
    outputs.forEach(output -> uses.merge(output.name(), 1, Integer::sum));
    nodes.forEach(this::add);
  }

  /** Looks at the main graph of a model. */
  static GraphView of(Message graph) {
    return new GraphView(graph, null);
  }

  private void add(NodeView node) {
    node.outputs().forEach(output -> producers.put(output, node));
    node.inputs().forEach(input -> uses.merge(input, 1, Integer::sum));
    for (Message attribute : node.message().messages(Onnx.NODE_ATTRIBUTE)) {
      List<Message> graphs = new ArrayList<>(attribute.messages(Onnx.ATTRIBUTE_GRAPHS));
      attribute.message(Onnx.ATTRIBUTE_GRAPH).ifPresent(graphs::add);
      for (Message graph : graphs) {
        GraphView view = new GraphView(graph, this);
        inner.put(graph, view);
        view.uses.forEach(
            (name, count) -> {
              if (!view.defines(name)) {
                uses.merge(name, count, Integer::sum);
              }
            });
      }
    }
  }

  /** Returns the graph itself. */
  Message message() {
    return message;
  }

  List<NodeView> nodes() {
    return nodes;
  }

  List<ValueView> inputs() {
    return inputs;
  }

  List<ValueView> outputs() {
    return outputs;
  }

  /**
   * Returns what the file tells of values of a name that the graph makes: outputs and inner ones.
   */
  List<ValueView> values(String name) {
    List<ValueView> found = new ArrayList<>(outputs);
    found.addAll(values);
    found.removeIf(value -> !value.name().equals(name));
    return found;
  }

  Optional<ValueView> output(String name) {
    return outputs.stream().filter(output -> output.name().equals(name)).findFirst();
  }

  boolean hasInput(String name) {
    return inputs.stream().anyMatch(input -> input.name().equals(name));
  }

  /** Finds the node of this graph, not of an outer one, that gives a value. */
  Optional<NodeView> producer(String name) {
    return Optional.ofNullable(producers.get(name));
  }

  private boolean defines(String name) {
    return producers.containsKey(name) || initializers.containsKey(name) || hasInput(name);
  }

  /** Counts who reads a value: nodes of this graph and of those inside it, and their outputs. */
  int uses(String name) {
    return uses.getOrDefault(name, 0);
  }

  /** Returns the branch or body that an attribute of a node of this graph holds. */
  Optional<GraphView> inner(NodeView node, String attribute) {
    return node.attribute(attribute)
        .flatMap(found -> found.message(Onnx.ATTRIBUTE_GRAPH))
        .map(inner::get);
  }

  /** Returns this graph and all inside it. */
  List<GraphView> all() {
    List<GraphView> all = new ArrayList<>(List.of(this));
    inner.values().forEach(view -> all.addAll(view.all()));
    return all;
  }

  /** Tells whether any value or node in this graph or inside it has a name that starts so. */
  boolean hasNameLike(String prefix) {
    return all().stream()
        .anyMatch(
            view ->
                view.producers.keySet().stream().anyMatch(name -> name.startsWith(prefix))
                    || view.initializers.keySet().stream().anyMatch(name -> name.startsWith(prefix))
                    || view.inputs.stream().anyMatch(input -> input.name().startsWith(prefix)));
  }

  Map<String, Message> initializers() {
    return initializers;
  }

  @Nullable GraphView outer() {
    return outer;
  }
}
