package dev.aligner.onnx.internal.graph;

import java.util.Collections;
import java.util.List;

/**
 * Writes small graphs that move caches where the tensors live. They have no weights. Each has an
 * input for each tensor under its name and an output for each under {@link PreparedNames#KEPT} and
 * its name.
 */
public final class CacheGraph {

  private static final int IR_VERSION = 8;
  private static final int OPSET = 13;

  private static final String START = "aligner.start";
  private static final String AXIS = "aligner.axis.";

  private CacheGraph() {}

  /**
   * Writes a graph that keeps the first positions of each tensor: {@link PreparedNames#LENGTH} of
   * them, or all if there are fewer.
   *
   * @param tensors the tensors, of floats of 32 or 16 bits
   * @return the graph in ONNX's format
   */
  public static byte[] keepPositions(List<CacheTensor> tensors) {
    Message graph = graph("keep_positions", PreparedNames.LENGTH, Onnx.dim(1));
    graph.put(Onnx.GRAPH_NODE, Onnx.constant(START, 0));
    tensors.stream()
        .mapToInt(CacheTensor::seqAxis)
        .distinct()
        .forEach(axis -> graph.put(Onnx.GRAPH_NODE, Onnx.constant(AXIS + axis, axis)));
    for (CacheTensor tensor : tensors) {
      List<String> inputs =
          List.of(tensor.name(), START, PreparedNames.LENGTH, AXIS + tensor.seqAxis());
      put(graph, tensor, Onnx.node("Slice", inputs, kept(tensor)));
    }
    return model(graph);
  }

  /**
   * Writes a graph that makes each row of each tensor of the row that {@link PreparedNames#ROWS}
   * names.
   *
   * @param tensors the tensors, of floats of 32 or 16 bits
   * @return the graph in ONNX's format
   */
  public static byte[] takeRows(List<CacheTensor> tensors) {
    Message graph = graph("take_rows", PreparedNames.ROWS, Message.empty());
    for (CacheTensor tensor : tensors) {
      List<String> inputs = List.of(tensor.name(), PreparedNames.ROWS);
      Message gather = Onnx.node("Gather", inputs, kept(tensor));
      put(graph, tensor, gather.put(Onnx.NODE_ATTRIBUTE, Onnx.attribute("axis", 0)));
    }
    return model(graph);
  }

  /**
   * Writes a graph that puts zeros around each tensor, as many as {@link PreparedNames#PADS} says.
   *
   * @param tensors the tensors, of floats of 32 or 16 bits, all of one rank
   * @return the graph in ONNX's format
   */
  public static byte[] addPositions(List<CacheTensor> tensors) {
    Message graph = graph("add_positions", PreparedNames.PADS, Message.empty());
    for (CacheTensor tensor : tensors) {
      put(
          graph,
          tensor,
          Onnx.node("Pad", List.of(tensor.name(), PreparedNames.PADS), kept(tensor)));
    }
    return model(graph);
  }

  private static String kept(CacheTensor tensor) {
    return PreparedNames.KEPT + tensor.name();
  }

  private static Message graph(String name, String input, Message dim) {
    return Message.empty()
        .put(Onnx.GRAPH_NAME, name)
        .put(Onnx.GRAPH_INPUT, Onnx.value(input, Onnx.INT64, List.of(dim)));
  }

  private static void put(Message graph, CacheTensor tensor, Message node) {
    List<Message> dims = Collections.nCopies(tensor.rank(), Message.empty());
    graph
        .put(Onnx.GRAPH_NODE, node)
        .put(Onnx.GRAPH_INPUT, Onnx.value(tensor.name(), tensor.onnxElementType(), dims))
        .put(Onnx.GRAPH_OUTPUT, Onnx.value(kept(tensor), tensor.onnxElementType(), dims));
  }

  private static byte[] model(Message graph) {
    return Message.empty()
        .put(Onnx.MODEL_IR_VERSION, IR_VERSION)
        .put(Onnx.MODEL_PRODUCER, "aligner")
        .put(Onnx.MODEL_GRAPH, graph)
        .put(Onnx.MODEL_OPSET, Onnx.opset("", OPSET))
        .toBytes();
  }
}
