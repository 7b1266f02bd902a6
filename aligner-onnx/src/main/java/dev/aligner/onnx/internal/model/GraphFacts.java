package dev.aligner.onnx.internal.model;

import dev.aligner.ModelLoadException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What the loader has to know of a graph before it loads it.
 *
 * @param widthInvariant false if what a token gets may depend on how many stand beside it in the
 *     same run, as with dynamic quantization, which takes one scale over a whole tensor
 * @param roundsActivations true if it rounds activations to bytes, with scales that do not depend
 *     on how many stand beside them
 * @param groupQueryAttention true if the graph has ONNX Runtime's own attention over a cache
 * @param inputs the inputs, also those with a default
 */
public record GraphFacts(
    boolean widthInvariant,
    boolean roundsActivations,
    boolean groupQueryAttention,
    List<GraphValue> inputs) {

  /*
   * DynamicQuantizeLinear takes the scale; the others have taken it in, or are fed by one that the
   * exporter's fusions may have taken in. MatMulNBits quantizes activations too, but by blocks of
   * one row, and QLinear* and QDQ graphs have constant scales: these are invariant, as long as what
   * they round is.
   */
  private static final Set<Operator> DYNAMIC =
      Set.of(
          new Operator("", "DynamicQuantizeLinear"),
          Operator.contrib("DynamicQuantizeLinear"),
          Operator.contrib("DynamicQuantizeMatMul"),
          Operator.contrib("DynamicQuantizeLSTM"),
          Operator.contrib("MatMulIntegerToFloat"),
          Operator.contrib("QAttention"));

  private static final Set<Operator> ROUNDING =
      Set.of(
          new Operator("", "QuantizeLinear"),
          Operator.contrib("QuantizeLinear"),
          Operator.contrib("MatMulNBits"));

  private static final Operator GROUP_QUERY = Operator.contrib("GroupQueryAttention");

  /**
   * Checks a graph of a model directory, with its external data, and tells what it is.
   *
   * @param directory the model directory
   * @param file the graph's file in it
   * @return the facts
   * @throws ModelLoadException if the file is malformed, it or its data lie outside the directory,
   *     or it is a kind of graph that no loader of this library takes
   */
  public static GraphFacts read(Path directory, Path file) {
    ModelFiles.requireInside(directory, file);
    OnnxFile graph = OnnxFile.read(file);
    ExternalData.check(directory, graph);
    UnsupportedGraph.check(graph);
    return of(graph);
  }

  static GraphFacts of(OnnxFile graph) {
    return new GraphFacts(
        graph.operators().stream().noneMatch(DYNAMIC::contains),
        graph.operators().stream().anyMatch(ROUNDING::contains),
        graph.operators().contains(GROUP_QUERY),
        graph.inputs());
  }
}
