package dev.aligner.onnx.internal.graph;

import java.util.List;

/**
 * Adds the highest score of each position and its token as outputs, so that logits need not leave
 * the device. Of equal scores the first wins.
 */
final class ArgMaxOutputs implements Rewrite {

  /** Since then ReduceMax reads its axes from an input. */
  private static final int AXES_AS_INPUT = 18;

  private static final String SCORES = "aligner.scores";
  private static final String AXES = "aligner.vocabulary_axis";

  @Override
  public Plan plan(ModelView model) {
    if (model.logitsDims().isEmpty()) {
      return new Refused("the logits are not told to have the axes batch, sequence and vocabulary");
    }
    int type = model.logits().elementType();
    return switch (type) {
      case Onnx.FLOAT, Onnx.FLOAT16, Onnx.BFLOAT16 -> new Applies(() -> edit(model, type));
      default -> new Refused("the logits have the element type " + type + ", which is no float");
    };
  }

  private static void edit(ModelView model, int type) {
    Message graph = model.graph().message();
    String scores = model.logits().name();
    if (type != Onnx.FLOAT) {
      Message cast = Onnx.node("Cast", List.of(scores), SCORES);
      cast.put(Onnx.NODE_ATTRIBUTE, Onnx.attribute("to", Onnx.FLOAT));
      graph.put(Onnx.GRAPH_NODE, cast);
      scores = SCORES;
    }
    Message argMax =
        Onnx.node("ArgMax", List.of(scores), PreparedNames.ARG_MAX)
            .put(Onnx.NODE_ATTRIBUTE, Onnx.attribute("axis", ModelView.VOCABULARY_AXIS))
            .put(Onnx.NODE_ATTRIBUTE, Onnx.attribute("keepdims", 0));
    graph.put(Onnx.GRAPH_NODE, argMax);
    putMax(graph, scores, model.opset());
    List<Message> dims = List.of(Message.empty(), Message.empty());
    graph.put(Onnx.GRAPH_OUTPUT, Onnx.value(PreparedNames.ARG_MAX, Onnx.INT64, dims));
    graph.put(Onnx.GRAPH_OUTPUT, Onnx.value(PreparedNames.MAX, Onnx.FLOAT, dims));
  }

  private static void putMax(Message graph, String scores, long opset) {
    boolean asInput = opset >= AXES_AS_INPUT;
    Message max =
        Onnx.node(
            "ReduceMax", asInput ? List.of(scores, AXES) : List.of(scores), PreparedNames.MAX);
    max.put(Onnx.NODE_ATTRIBUTE, Onnx.attribute("keepdims", 0));
    if (asInput) {
      graph.put(Onnx.GRAPH_NODE, Onnx.constant(AXES, ModelView.VOCABULARY_AXIS));
    } else {
      max.put(Onnx.NODE_ATTRIBUTE, Onnx.listAttribute("axes", ModelView.VOCABULARY_AXIS));
    }
    graph.put(Onnx.GRAPH_NODE, max);
  }
}
