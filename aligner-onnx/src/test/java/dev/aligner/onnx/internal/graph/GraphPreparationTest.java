package dev.aligner.onnx.internal.graph;

import static dev.aligner.onnx.testing.Proto.external;
import static dev.aligner.onnx.testing.Proto.message;
import static dev.aligner.onnx.testing.Proto.model;
import static dev.aligner.onnx.testing.Proto.node;
import static dev.aligner.onnx.testing.Proto.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.onnx.internal.model.OnnxFile;
import dev.aligner.onnx.testing.Proto;
import dev.aligner.onnx.testing.TestModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphPreparationTest {

  private final Path folder;

  GraphPreparationTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void prepare_twice_isNotPossible() throws IOException {
    Path original = TestModels.directory("tiny-qwen2").resolve("model.onnx");
    byte[] prepared =
        ((Preparation.Ready) GraphPreparation.prepare(original, "logits")).graph().bytes();

    assertThat(reason(prepared, "logits")).contains("start with aligner. already");
  }

  @Test
  void prepare_unknownOutput_isNotPossible() {
    byte[] model = Proto.model(8, "", "Abs", 18).toBytes();

    assertThat(reason(model, "logits")).isEqualTo("the graph has no output logits");
  }

  @Test
  void prepare_logitsThatAreNoMatrixOfPositions_isNotPossible() {
    byte[] model = Proto.model(8, "", "Abs", 18).toBytes();

    assertThat(reason(model, "y")).contains("axes batch, sequence and vocabulary");
  }

  @Test
  void prepare_fileThatIsMissingOrNoModel_isNotPossible() {
    Path missing = folder.resolve("missing.onnx");
    assertThat(GraphPreparation.prepare(missing, "logits"))
        .isInstanceOf(Preparation.NotPossible.class);
    assertThat(reason(new byte[] {0x3a, 99}, "logits")).startsWith("the file cannot be read");
    assertThat(reason(new byte[0], "logits")).isEqualTo("the graph has no output logits");
  }

  @Test
  void prepare_bigTypedWeights_isNotPossible() {
    Proto weight = message().put(1, 5_000_000).put(2, 1).put(4, new byte[20_000_000]).put(8, "w");
    byte[] model = head(weight).toBytes();

    assertThat(reason(model, "logits")).contains("even without its big weights");
  }

  @Test
  void prepare_rawWeights_areExternalAndTheRestStays() throws IOException {
    Proto small = message().put(1, 255).put(2, 1).put(8, "small").put(9, new byte[1020]);
    Proto big = message().put(1, 256).put(2, 1).put(8, "big").put(9, new byte[1024]);
    Proto model =
        head(small, big, external("w", 3, "model.onnx_data", 64))
            .put(14, message().put(1, "key").put(2, "value"))
            .put(25, message().put(1, "a function").put(10, "its domain"));

    byte[] prepared = prepared(model);

    Path file = Files.write(folder.resolve("prepared.onnx"), prepared);
    assertThat(OnnxFile.read(file).externalData())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("model.onnx_data", 76L, "file.onnx", offset(model, 1024) + 1024L));
    String text = new String(prepared, StandardCharsets.ISO_8859_1);
    assertThat(text).contains("value", "a function", "its domain").contains("\0".repeat(1020));
    assertThat(text).doesNotContain("\0".repeat(1024));
  }

  /** Finds the longest run of zeros, which is a weight. */
  private static long offset(Proto model, int length) {
    return new String(model.toBytes(), StandardCharsets.ISO_8859_1).indexOf("\0".repeat(length));
  }

  private static Proto head(Proto... weights) {
    Proto shape =
        message()
            .put(1, message().put(2, "batch"))
            .put(1, message().put(2, "sequence"))
            .put(1, message().put(1, 4));
    Proto graph = message().put(1, node("", "MatMul", "x", "logits")).put(2, "graph");
    for (Proto weight : weights) {
      graph.put(5, weight);
    }
    graph
        .put(11, value("x", 1))
        .put(
            12,
            message().put(1, "logits").put(2, message().put(1, message().put(1, 1).put(2, shape))));
    return model(8, graph).put(8, message().put(2, 18));
  }

  private byte[] prepared(Proto model) {
    Preparation preparation = prepare(model.toBytes(), "logits");
    assertThat(preparation).isInstanceOf(Preparation.Ready.class);
    return ((Preparation.Ready) preparation).graph().bytes();
  }

  private String reason(byte[] model, String logits) {
    Preparation preparation = prepare(model, logits);
    assertThat(preparation).isInstanceOf(Preparation.NotPossible.class);
    return ((Preparation.NotPossible) preparation).reason();
  }

  private Preparation prepare(byte[] model, String logits) {
    try {
      return GraphPreparation.prepare(Files.write(folder.resolve("file.onnx"), model), logits);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
