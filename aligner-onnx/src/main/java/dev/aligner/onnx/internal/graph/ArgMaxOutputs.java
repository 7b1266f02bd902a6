package dev.aligner.onnx.internal.graph;

import java.util.List;

/**
 * Adds the highest score of each position and its token as outputs, so that logits need not leave
 * the device. Of equal scores the first wins.
 *
 * <p>ONNX Runtime's ArgMax goes through scores one by one, its ReduceMax through several at a time.
 * So the vocabulary is cut into blocks of equal size where it can be: the highest score of each
 * block tells which block to look through. For 32,128 scores that took 6 microseconds a position
 * instead of 24.
 */
final class ArgMaxOutputs implements Rewrite {

  /** Since then ReduceMax reads its axes from an input. */
  private static final int AXES_AS_INPUT = 18;

  /** Since then GatherND takes one block of each position. */
  private static final int GATHER_BY_POSITION = 12;

  private static final int SMALLEST_BLOCK = 16;
  private static final int BLOCK_AXIS = 3;

  private static final String PREFIX = "aligner.best.";
  private static final String SCORES = PREFIX + "scores";
  private static final String BLOCKS = PREFIX + "blocks";
  private static final String BLOCK_MAX = PREFIX + "block_max";
  private static final String BLOCK_INDEX = PREFIX + "block_index";
  private static final String BLOCK = PREFIX + "block";
  private static final String WITHIN = PREFIX + "within_block";
  private static final String BEFORE = PREFIX + "before_block";
  private static final String INDEX = PREFIX + "index";

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
      put(graph, attributed("Cast", SCORES, List.of(scores), "to", Onnx.FLOAT));
      scores = SCORES;
    }
    long vocabulary = model.logits().size(ModelView.VOCABULARY_AXIS).orElse(0);
    long block = blockSize(vocabulary);
    if (block > 0 && model.opset() >= GATHER_BY_POSITION) {
      putByBlocks(graph, scores, vocabulary / block, block, model.opset());
    } else {
      putArgMax(graph, scores, PreparedNames.ARG_MAX, 0);
      putMax(graph, scores, PreparedNames.MAX, ModelView.VOCABULARY_AXIS, model.opset());
    }
    List<Message> dims = List.of(Message.empty(), Message.empty());
    graph.put(Onnx.GRAPH_OUTPUT, Onnx.value(PreparedNames.ARG_MAX, Onnx.INT64, dims));
    graph.put(Onnx.GRAPH_OUTPUT, Onnx.value(PreparedNames.MAX, Onnx.FLOAT, dims));
  }

  /** Returns the size of a block, near the root of the vocabulary's; 0 if there is none. */
  static long blockSize(long vocabulary) {
    for (long size = (long) Math.sqrt((double) vocabulary); size >= SMALLEST_BLOCK; size--) {
      if (vocabulary % size == 0) {
        return size;
      }
    }
    return 0;
  }

  private static void putByBlocks(
      Message graph, String scores, long blocks, long block, long opset) {
    put(graph, Onnx.constant(PREFIX + "shape", 0, 0, blocks, block));
    put(graph, Onnx.node("Reshape", List.of(scores, PREFIX + "shape"), BLOCKS));
    putMax(graph, BLOCKS, BLOCK_MAX, BLOCK_AXIS, opset);
    putArgMax(graph, BLOCK_MAX, BLOCK_INDEX, 1);
    put(graph, attributed("GatherND", BLOCK, List.of(BLOCKS, BLOCK_INDEX), "batch_dims", 2));
    putMax(graph, BLOCK, PreparedNames.MAX, ModelView.VOCABULARY_AXIS, opset);
    putArgMax(graph, BLOCK, WITHIN, 1);
    put(graph, Onnx.constant(PREFIX + "block_size", block));
    put(graph, Onnx.node("Mul", List.of(BLOCK_INDEX, PREFIX + "block_size"), BEFORE));
    put(graph, Onnx.node("Add", List.of(BEFORE, WITHIN), INDEX));
    put(graph, Onnx.constant(PREFIX + "flat", 0, -1));
    put(graph, Onnx.node("Reshape", List.of(INDEX, PREFIX + "flat"), PreparedNames.ARG_MAX));
  }

  private static void putArgMax(Message graph, String scores, String output, long keepAxis) {
    put(
        graph,
        attributed("ArgMax", output, List.of(scores), "axis", ModelView.VOCABULARY_AXIS)
            .put(Onnx.NODE_ATTRIBUTE, Onnx.attribute("keepdims", keepAxis)));
  }

  private static void putMax(Message graph, String scores, String output, long axis, long opset) {
    Message max;
    if (opset >= AXES_AS_INPUT) {
      String axes = output + ".axes";
      put(graph, Onnx.constant(axes, axis));
      max = Onnx.node("ReduceMax", List.of(scores, axes), output);
    } else {
      max = Onnx.node("ReduceMax", List.of(scores), output);
      max.put(Onnx.NODE_ATTRIBUTE, Onnx.listAttribute("axes", axis));
    }
    put(graph, max.put(Onnx.NODE_ATTRIBUTE, Onnx.attribute("keepdims", 0)));
  }

  private static Message attributed(
      String type, String output, List<String> inputs, String attribute, long value) {
    return Onnx.node(type, inputs, output)
        .put(Onnx.NODE_ATTRIBUTE, Onnx.attribute(attribute, value));
  }

  private static void put(Message graph, Message node) {
    graph.put(Onnx.GRAPH_NODE, node);
  }
}
