package dev.aligner.onnx.internal.model;

import static dev.aligner.onnx.testing.Proto.message;
import static dev.aligner.onnx.testing.Proto.model;
import static dev.aligner.onnx.testing.Proto.node;
import static dev.aligner.onnx.testing.Proto.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aligner.ModelLoadException;
import dev.aligner.onnx.testing.Proto;
import dev.aligner.onnx.testing.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class GraphFactsTest {

  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  private final Path folder;

  GraphFactsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @CsvSource({
    "tiny-llama, model.onnx, true",
    "tiny-llama-int8, model.onnx, false",
    "tiny-t5, encoder_model.onnx, true",
    "tiny-t5, decoder_model.onnx, true",
    "tiny-t5, decoder_with_past_model.onnx, true",
    "tiny-t5-merged, decoder_model_merged.onnx, true",
    "tiny-t5-q8, encoder_model.onnx, true",
    "tiny-t5-q8, decoder_model_merged.onnx, true"
  })
  void read_testModel_tellsWhetherWidthMatters(String model, String file, boolean invariant) {
    Path directory = TestModels.directory(model);

    assertThat(GraphFacts.read(directory, directory.resolve(file)))
        .returns(invariant, GraphFacts::widthInvariant)
        .returns(false, GraphFacts::groupQueryAttention);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DynamicQuantizeMatMul",
        "DynamicQuantizeLSTM",
        "MatMulIntegerToFloat",
        "QAttention"
      })
  void of_dynamicContribOp_isNotInvariant(String type) throws IOException {
    assertThat(facts(node("com.microsoft", type, "a", "b")).widthInvariant()).isFalse();
  }

  @Test
  void of_weightOnlyQuantization_isInvariant() throws IOException {
    GraphFacts facts = facts(node("com.microsoft", "MatMulNBits", "a", "b"));

    assertThat(facts)
        .returns(true, GraphFacts::widthInvariant)
        .returns(true, GraphFacts::roundsActivations)
        .returns(false, GraphFacts::groupQueryAttention);
  }

  @Test
  void of_constantScales_roundActivations() throws IOException {
    assertThat(facts(node("", "QuantizeLinear", "a", "b")))
        .returns(true, GraphFacts::widthInvariant)
        .returns(true, GraphFacts::roundsActivations);
    assertThat(facts(node("", "DequantizeLinear", "a", "b")))
        .returns(false, GraphFacts::roundsActivations);
  }

  @Test
  void of_groupQueryAttention_isFound() throws IOException {
    GraphFacts facts = facts(node("com.microsoft", "GroupQueryAttention", "a", "b"));

    assertThat(facts)
        .returns(true, GraphFacts::widthInvariant)
        .returns(true, GraphFacts::groupQueryAttention);
  }

  static final List<Arguments> UNSUPPORTED =
      List.of(
          row(op("BeamSearch"), "op com.microsoft.BeamSearch", "S6"),
          row(op("GreedySearch"), "op com.microsoft.GreedySearch", "S6"),
          row(op("Sampling"), "op com.microsoft.Sampling", "S6"),
          row(op("WhisperBeamSearch"), "op com.microsoft.WhisperBeamSearch", "S6"),
          row(
              message().put(11, value("max_length", INT64)).put(12, value("sequences", INT64)),
              "max_length in, sequences out",
              "S6"),
          row(op("PagedAttention"), "op com.microsoft.PagedAttention", "D7"),
          row(in("block_table", INT64), "input block_table", "D7"),
          row(in("cumulative_sequence_length", INT64), "input cumulative_sequence_length", "D7"),
          row(in("past_conv.0", FLOAT), "input past_conv.0", "D8"),
          row(in("past_ssm.3", FLOAT), "input past_ssm.3", "D8"),
          row(in("past_recurrent.0", FLOAT), "input past_recurrent.0", "D8"),
          row(in("past_key_values.0.conv_state", FLOAT), "0.conv_state", "D8"),
          row(in("past_key_values.0.key", 3), "past_key_values.0.key of type INT8", "D8"),
          row(in("past_key_values.0.key", 2), "past_key_values.0.key of type UINT8", "D8"),
          row(in("past_key_values.0.key", 22), "past_key_values.0.key of type INT4", "D8"),
          row(in("inputs_embeds", FLOAT), "inputs_embeds without input_ids", "D8"));

  @ParameterizedTest(name = "{1}")
  @FieldSource("UNSUPPORTED")
  void read_unsupported_saysWhichKind(Proto graph, String found, String layout) {
    ModelLoadException e = catchThrowableOfType(ModelLoadException.class, () -> read(graph));

    assertThat(e).isNotNull();
    assertThat(e.file()).isEqualTo(folder.resolve("model.onnx"));
    assertThat(e.found()).contains(found, ", layout " + layout);
    assertThat(e.expected()).startsWith("a graph that ");
    assertThat(e.fix()).isNotBlank();
  }

  @Test
  void read_floatCacheAndBothInputs_isFine() throws IOException {
    Proto graph =
        in("past_key_values.0.key", 10)
            .put(11, value("past_key_values.0.value", 16))
            .put(11, value("inputs_embeds", FLOAT))
            .put(11, value("input_ids", INT64))
            .put(11, value("max_length", INT64));

    assertThat(read(graph))
        .returns(true, GraphFacts::widthInvariant)
        .returns(false, GraphFacts::groupQueryAttention);
  }

  private static Arguments row(Proto graph, String found, String layout) {
    return Arguments.of(graph, found, layout);
  }

  private static Proto op(String type) {
    return message().put(1, node("com.microsoft", type, "a", "b"));
  }

  private static Proto in(String name, int elementType) {
    return message().put(11, value(name, elementType));
  }

  private GraphFacts facts(Proto node) throws IOException {
    return read(message().put(1, node));
  }

  private GraphFacts read(Proto graph) throws IOException {
    Path file = folder.resolve("model.onnx");
    Files.write(file, model(8, graph).toBytes());
    return GraphFacts.read(folder, file);
  }
}
