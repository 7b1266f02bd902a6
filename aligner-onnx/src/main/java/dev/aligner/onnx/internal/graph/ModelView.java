package dev.aligner.onnx.internal.graph;

import java.util.List;
import java.util.Optional;

/**
 * A model, to be read.
 *
 * @param graph its main graph
 * @param opset the version of ONNX's own operators
 * @param logits the output of the main graph that gives scores
 */
record ModelView(GraphView graph, long opset, ValueView logits) {

  /** Logits have the axes batch, sequence and vocabulary. */
  static final int LOGITS_RANK = 3;

  /** Where the positions of logits lie. */
  static final int SEQUENCE_AXIS = 1;

  /** Where the scores of logits lie. */
  static final int VOCABULARY_AXIS = 2;

  /** Looks at a model; empty if it has no such output. */
  static Optional<ModelView> of(Message model, String logits) {
    return model
        .message(Onnx.MODEL_GRAPH)
        .map(GraphView::of)
        .flatMap(
            graph ->
                graph.output(logits).map(output -> new ModelView(graph, opset(model), output)));
  }

  private static long opset(Message model) {
    long version = 0;
    for (Message opset : model.messages(Onnx.MODEL_OPSET)) {
      String domain = opset.text(Onnx.OPSET_DOMAIN);
      if (domain.isEmpty() || domain.equals("ai.onnx")) {
        version = Math.max(version, opset.integer(Onnx.OPSET_VERSION));
      }
    }
    return version;
  }

  /** Returns the dimensions of the logits; empty if they are not told or not three. */
  Optional<List<Message>> logitsDims() {
    return logits.dims().filter(dims -> dims.size() == LOGITS_RANK);
  }
}
