package dev.aligner.onnx.internal.graph;

import java.util.List;

/** A model of a few nodes that ends in {@code logits}, of shape [batch, sequence, 8]. */
final class GraphBuilder {

  private final Message graph = Message.empty();
  private long opset = 18;
  private Message sequence = Onnx.dim("sequence");
  private int type = Onnx.FLOAT;

  /** Begins a graph that makes {@code hidden}, of shape [batch, sequence, 4], of an input. */
  static GraphBuilder ofHidden() {
    GraphBuilder builder = new GraphBuilder();
    builder.graph.put(Onnx.GRAPH_INPUT, Onnx.value("x", Onnx.FLOAT, dims(Onnx.dim("sequence"), 4)));
    return builder.node("Softmax", "hidden", "x").weight("w", 4, 8);
  }

  /** Begins a branch, which reads what is around it. */
  static GraphBuilder ofBranch() {
    return new GraphBuilder();
  }

  GraphBuilder opset(long version) {
    opset = version;
    return this;
  }

  GraphBuilder sequence(Message dim) {
    sequence = dim;
    return this;
  }

  GraphBuilder type(int elementType) {
    type = elementType;
    return this;
  }

  GraphBuilder input(String name) {
    graph.put(Onnx.GRAPH_INPUT, Onnx.value(name, Onnx.INT64, List.of(Onnx.dim(1))));
    return this;
  }

  GraphBuilder weight(String name, long... dims) {
    Message tensor = Message.empty().put(Onnx.TENSOR_TYPE, Onnx.FLOAT);
    for (long dim : dims) {
      tensor.put(Onnx.TENSOR_DIMS, dim);
    }
    graph.put(Onnx.GRAPH_INITIALIZER, tensor.put(Onnx.TENSOR_NAME, name));
    return this;
  }

  GraphBuilder node(String type, String output, String... inputs) {
    graph.put(Onnx.GRAPH_NODE, Onnx.node(type, List.of(inputs), output));
    return this;
  }

  GraphBuilder contrib(String type, String output, List<String> inputs, Message... attributes) {
    Message node = Onnx.node(type, inputs, output).put(Onnx.NODE_DOMAIN, "com.microsoft");
    for (Message attribute : attributes) {
      node.put(Onnx.NODE_ATTRIBUTE, attribute);
    }
    graph.put(Onnx.GRAPH_NODE, node);
    return this;
  }

  GraphBuilder branches(String output, GraphBuilder then, GraphBuilder otherwise) {
    Message node = Onnx.node("If", List.of("condition"), output);
    node.put(Onnx.NODE_ATTRIBUTE, branch("then_branch", then));
    node.put(Onnx.NODE_ATTRIBUTE, branch("else_branch", otherwise));
    graph.put(Onnx.GRAPH_NODE, node);
    return this;
  }

  private static Message branch(String name, GraphBuilder branch) {
    branch.graph.put(
        Onnx.GRAPH_OUTPUT, Onnx.value("logits", Onnx.FLOAT, dims(Onnx.dim("sequence"), 8)));
    return Message.empty().put(Onnx.ATTRIBUTE_NAME, name).put(Onnx.ATTRIBUTE_GRAPH, branch.graph);
  }

  ModelView view() {
    graph.put(Onnx.GRAPH_OUTPUT, Onnx.value("logits", type, dims(sequence, 8)));
    Message model =
        Message.empty().put(Onnx.MODEL_GRAPH, graph).put(Onnx.MODEL_OPSET, Onnx.opset("", opset));
    return ModelView.of(model, "logits").orElseThrow();
  }

  private static List<Message> dims(Message sequence, long last) {
    return List.of(Onnx.dim("batch"), sequence, Onnx.dim(last));
  }
}
