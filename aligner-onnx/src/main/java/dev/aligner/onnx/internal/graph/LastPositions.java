package dev.aligner.onnx.internal.graph;

import java.util.List;
import java.util.Optional;

/**
 * Gives scores to the last positions alone: the hidden states are cut before the product with the
 * vocabulary, which is most of the work of a prompt's logits. How many positions stay is an input,
 * {@link PreparedNames#LOGITS_TO_KEEP}; 0 or more than there are keeps all. Graphs whose logits
 * come out of an {@code If}, as those of merged decoders do, are cut in both branches or not at
 * all.
 */
final class LastPositions implements Rewrite {

  /** Since then Slice reads where to cut from inputs. */
  private static final int SLICE_BY_INPUT = 10;

  /** Inputs of exports that do the same by themselves. */
  private static final List<String> OWN = List.of("num_logits_to_keep", "logits_to_keep");

  private static final String START = "aligner.first_kept";
  private static final String END = "aligner.end";
  private static final String AXES = "aligner.sequence_axis";
  private static final String HIDDEN = "aligner.last_hidden";
  private static final String KEPT = "aligner.kept";

  @Override
  public Plan plan(ModelView model) {
    GraphView graph = model.graph();
    if (model.opset() < SLICE_BY_INPUT) {
      return new Refused("its opset " + model.opset() + " has no Slice that reads where to cut");
    }
    if (OWN.stream().anyMatch(graph::hasInput)) {
      return new Refused("the graph has an input of its own for this");
    }
    if (model.logitsDims().isEmpty()) {
      return new Refused("the logits are not told to have the axes batch, sequence and vocabulary");
    }
    HeadSearch search = new HeadSearch();
    Optional<String> obstacle = search.from(graph, model.logits().name());
    return obstacle.isPresent()
        ? new Refused(obstacle.get())
        : new Applies(() -> edit(graph, search));
  }

  private static void edit(GraphView graph, HeadSearch search) {
    search.cuts().forEach(LastPositions::cut);
    search.values().forEach(LastPositions::rename);
    Message message = graph.message();
    message.putFirst(
        Onnx.GRAPH_NODE, Onnx.node("Neg", List.of(PreparedNames.LOGITS_TO_KEEP), START));
    message.putFirst(Onnx.GRAPH_NODE, Onnx.constant(END, Long.MAX_VALUE));
    message.putFirst(Onnx.GRAPH_NODE, Onnx.constant(AXES, ModelView.SEQUENCE_AXIS));
    message.put(
        Onnx.GRAPH_INPUT,
        Onnx.value(PreparedNames.LOGITS_TO_KEEP, Onnx.INT64, List.of(Onnx.dim(1))));
  }

  private static void cut(HeadSearch.Cut cut) {
    Message slice = Onnx.node("Slice", List.of(cut.node().input(0), START, END, AXES), HIDDEN);
    cut.graph().message().putBefore(cut.node().message(), Onnx.GRAPH_NODE, slice);
    cut.node().message().replaceText(Onnx.NODE_INPUT, 0, HIDDEN);
  }

  /** The number of positions is no longer that which other values have under the same name. */
  private static void rename(ValueView value) {
    value
        .dims()
        .filter(dims -> dims.size() > ModelView.SEQUENCE_AXIS)
        .map(dims -> dims.get(ModelView.SEQUENCE_AXIS))
        .ifPresent(
            dim -> {
              dim.remove(Onnx.DIM_PARAM);
              dim.put(Onnx.DIM_PARAM, KEPT);
            });
  }
}
