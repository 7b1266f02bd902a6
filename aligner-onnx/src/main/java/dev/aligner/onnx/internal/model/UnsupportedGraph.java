package dev.aligner.onnx.internal.model;

import dev.aligner.ModelLoadException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Kinds of graphs that load into ONNX Runtime but are none this library can decode with. */
final class UnsupportedGraph {

  private static final String LOGITS =
      "a graph that takes input_ids and gives logits, with a floating-point KV cache";

  private static final List<String> WHOLE_SEARCH =
      List.of("BeamSearch", "GreedySearch", "Sampling", "WhisperBeamSearch");

  private static final List<String> PAGED =
      List.of("block_table", "cumulative_seq", "slot_mapping", "past_seqlens");

  /** Numbers of ONNX's integer types, and of its floats of 8 and 4 bits. */
  private static final Map<Integer, String> SMALL_TYPES =
      Map.ofEntries(
          Map.entry(2, "UINT8"),
          Map.entry(3, "INT8"),
          Map.entry(4, "UINT16"),
          Map.entry(5, "INT16"),
          Map.entry(17, "FLOAT8E4M3FN"),
          Map.entry(18, "FLOAT8E4M3FNUZ"),
          Map.entry(19, "FLOAT8E5M2"),
          Map.entry(20, "FLOAT8E5M2FNUZ"),
          Map.entry(21, "UINT4"),
          Map.entry(22, "INT4"),
          Map.entry(23, "FLOAT4E2M1"));

  private UnsupportedGraph() {}

  /**
   * Checks that a graph is of no kind that is known and not supported.
   *
   * @throws ModelLoadException if it is, with the kind's name
   */
  static void check(OnnxFile graph) {
    wholeSearch(graph);
    pagedAttention(graph);
    recurrentState(graph);
    quantizedCache(graph);
    embedsOnly(graph);
  }

  private static void wholeSearch(OnnxFile graph) {
    for (String search : WHOLE_SEARCH) {
      Operator operator = Operator.contrib(search);
      if (graph.operators().contains(operator)) {
        throw wholeSearch(
            graph, "a whole search inside the graph (op " + operator + "), layout S6");
      }
    }
    if (graph.hasInput("max_length") && graph.hasOutput("sequences")) {
      throw wholeSearch(
          graph, "a whole search inside the graph (max_length in, sequences out), layout S6");
    }
  }

  private static ModelLoadException wholeSearch(OnnxFile graph, String found) {
    return refused(
        graph,
        found,
        "export with optimum-cli export onnx --task text2text-generation-with-past, or"
            + " text-generation-with-past for a decoder alone");
  }

  private static void pagedAttention(OnnxFile graph) {
    Operator operator = Operator.contrib("PagedAttention");
    Optional<String> input = input(graph, name -> PAGED.stream().anyMatch(name::startsWith));
    if (graph.operators().contains(operator) || input.isPresent()) {
      throw refused(
          graph,
          "paged attention ("
              + input.map(name -> "input " + name).orElse("op " + operator)
              + "), layout D7",
          "build the model without paged attention, or export with optimum-cli export onnx --task"
              + " text-generation-with-past");
    }
  }

  private static void recurrentState(OnnxFile graph) {
    input(graph, UnsupportedGraph::isRecurrent)
        .ifPresent(
            name -> {
              throw refused(
                  graph,
                  "a state that is no KV cache (input " + name + "), layout D8",
                  "choose a model with attention in all layers, such as a T5, Llama or Qwen3");
            });
  }

  private static boolean isRecurrent(String name) {
    return name.startsWith("past_conv")
        || name.startsWith("past_ssm")
        || name.startsWith("past_recurrent")
        || (name.startsWith("past")
            && (name.endsWith("conv_state")
                || name.endsWith("ssm_state")
                || name.endsWith("recurrent_state")));
  }

  private static void quantizedCache(OnnxFile graph) {
    for (GraphValue input : graph.inputs()) {
      String type = SMALL_TYPES.get(input.elementType());
      if (input.name().startsWith("past") && type != null) {
        throw refused(
            graph,
            "a quantized KV cache (input " + input.name() + " of type " + type + "), layout D8",
            "export the model with its cache in fp32 or fp16; its weights may stay quantized");
      }
    }
  }

  private static void embedsOnly(OnnxFile graph) {
    if (graph.hasInput("inputs_embeds") && !graph.hasInput("input_ids")) {
      throw refused(
          graph,
          "a graph that takes embeddings (inputs_embeds without input_ids), layout D8",
          "export the language model in one graph, with optimum-cli export onnx --task"
              + " text-generation-with-past");
    }
  }

  private static Optional<String> input(OnnxFile graph, Predicate<String> matches) {
    return graph.inputs().stream().map(GraphValue::name).filter(matches).findFirst();
  }

  private static ModelLoadException refused(OnnxFile graph, String found, String fix) {
    return new ModelLoadException(graph.file(), LOGITS, found, fix);
  }
}
