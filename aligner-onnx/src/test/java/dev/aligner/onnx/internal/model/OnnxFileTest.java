package dev.aligner.onnx.internal.model;

import static dev.aligner.onnx.testing.Proto.entry;
import static dev.aligner.onnx.testing.Proto.external;
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
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class OnnxFileTest {

  private final Path folder;

  OnnxFileTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void read_llama_findsInputsOutputsAndOpset() {
    OnnxFile file = OnnxFile.read(TestModels.directory("tiny-llama").resolve("model.onnx"));

    assertThat(file.inputs())
        .extracting(GraphValue::name)
        .contains("input_ids", "attention_mask", "position_ids", "past_key_values.1.value");
    GraphValue past = input(file, "past_key_values.0.key");
    assertThat(past.elementType()).isEqualTo(1);
    assertThat(past.shape()).hasSize(4).startsWith(-1L);
    assertThat(file.outputs()).extracting(GraphValue::name).contains("logits", "present.0.key");
    assertThat(file.opsets().get("")).isBetween(11L, 25L);
    assertThat(file.irVersion()).isBetween(3L, 12L);
    assertThat(file.operators()).contains(new Operator("", "MatMul"), new Operator("", "Softmax"));
    assertThat(file.externalData()).isEmpty();
  }

  @Test
  void read_mergedDecoder_findsOperatorsInBranches() {
    OnnxFile file =
        OnnxFile.read(TestModels.directory("tiny-t5-merged").resolve("decoder_model_merged.onnx"));

    assertThat(file.hasInput("use_cache_branch")).isTrue();
    assertThat(file.operators()).contains(new Operator("", "If"), new Operator("", "MatMul"));
  }

  @Test
  void read_nested_findsAllOperatorsAndExternalData() throws IOException {
    Proto deepest =
        message().put(1, node("com.microsoft", "Inner", "a", "b")).put(5, weight("in_branch"));
    Proto branch =
        message().put(1, node("", "If", "c", "d").put(5, message().put(6, deepest).put(20, 5)));
    Proto constant = node("", "Constant", "", "k").put(5, message().put(5, weight("in_constant")));
    Proto tensors = node("", "List", "", "l").put(5, message().put(10, weight("in_list")));
    Proto sparse =
        node("ai.onnx", "Sparse", "", "s")
            .put(
                5, message().put(22, message().put(1, weight("values")).put(2, weight("indices"))));
    Proto graph =
        message()
            .put(1, node("", "Loop", "c", "d").put(5, message().put(11, branch)))
            .put(1, constant)
            .put(1, tensors)
            .put(1, sparse)
            .put(5, weight("initializer"))
            .put(5, external("again", 10, "initializer", 100))
            .put(5, message().put(13, entry("location", "stale")).put(9, new byte[40]))
            .put(15, message().put(1, weight("sparse_initializer")));
    Proto function =
        message().put(1, "Function").put(10, "local").put(7, node("x", "InFunction", "a", "b"));

    OnnxFile file = read(model(8, graph).put(25, function).put(8, message().put(2, 17)));

    assertThat(file.operators())
        .extracting(Operator::toString)
        .containsExactlyInAnyOrder(
            "ai.onnx.Loop",
            "ai.onnx.If",
            "com.microsoft.Inner",
            "ai.onnx.Constant",
            "ai.onnx.List",
            "ai.onnx.Sparse",
            "x.InFunction");
    assertThat(file.externalData())
        .containsOnlyKeys(
            "in_branch",
            "in_constant",
            "in_list",
            "values",
            "indices",
            "initializer",
            "sparse_initializer")
        .containsEntry("initializer", 140L)
        .containsEntry("in_list", 12L);
    assertThat(file.opsets()).isEqualTo(Map.of("", 17L));
    assertThat(file.irVersion()).isEqualTo(8);
  }

  /** 1.9 GB of weights that are on no disk, in a file with holes. */
  @Test
  @Timeout(10)
  void read_hugeWeights_skipsThem() throws IOException {
    long size = 1_900_000_000;
    Path path = folder.resolve("huge.onnx");
    byte[] tensorHead = {0x08, 0x01, 0x4a};
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      long tensor = tensorHead.length + 5 + size;
      byte[] node = message().put(1, node("", "Last", "x", "y")).toBytes();
      file.write(0x3a);
      varint(file, 1 + 5 + tensor + node.length);
      file.write(0x2a);
      varint(file, tensor);
      file.write(tensorHead);
      varint(file, size);
      file.seek(file.getFilePointer() + size);
      file.write(node);
    }

    assertThat(OnnxFile.read(path).operators()).containsExactly(new Operator("", "Last"));
  }

  private static void varint(RandomAccessFile file, long value) throws IOException {
    for (int shift = 0; shift < 35; shift += 7) {
      file.write((int) (((value >> shift) & 0x7f) | (shift < 28 ? 0x80 : 0)));
    }
  }

  static final List<Arguments> MALFORMED =
      List.of(
          Arguments.of("an empty file", message(), "without a graph"),
          Arguments.of("a page", message().raw("<!DOCTYPE html>".chars().toArray()), "wire type"),
          Arguments.of(
              "a pointer of git lfs",
              message().raw("version https://git-lfs.github.com/spec/v1".chars().toArray()),
              "not ONNX"),
          Arguments.of("no graph", message().put(1, 8), "without a graph"),
          Arguments.of("two graphs", model(8, message()).put(7, message()), "a second graph"),
          Arguments.of("half a tag", message().raw(0x80), "half a number"),
          Arguments.of(
              "an endless number",
              message().raw(8, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 1),
              "10 bytes"),
          Arguments.of("a length beyond", message().raw(0x3a, 0x7f), "127 bytes, more than"),
          Arguments.of(
              "a negative length",
              message().raw(0x3a, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1),
              "18446744073709551615 bytes"),
          Arguments.of("a graph that is a number", message().put(7, 1), "wire type 0"),
          Arguments.of("an unknown wire type", message().raw(0x3b), "wire type 3"),
          Arguments.of("field 0", message().raw(0, 0), "field number 0"),
          Arguments.of(
              "a child longer than its parent",
              message().put(7, message().raw(0x0a, 100)).put(2, "x".repeat(200)),
              "100 bytes"),
          Arguments.of("a cut fixed number", message().raw(0x11, 1, 2), "after its message"),
          Arguments.of("too deep", model(8, deep(60)), "nested deeper"),
          Arguments.of(
              "a long name", graph(node("", "x".repeat(70_000), "", "")), "a name of 70000 bytes"),
          Arguments.of(
              "a name in Latin-1",
              model(8, message().put(1, message().put(4, new byte[] {(byte) 0xe9, 'x'}))),
              "not UTF-8"),
          Arguments.of("many names", model(8, many()), "more names than any model has"),
          Arguments.of("a large shape", model(8, message().put(11, shape(65))), "64 dimensions"),
          Arguments.of("an offset in words", model(8, weight("offset", "x")), "offset \"x\""),
          Arguments.of("an offset below 0", model(8, weight("offset", "-1")), "offset \"-1\""),
          Arguments.of(
              "a huge length", model(8, weight("length", "9".repeat(19))), "9999999999999999999"),
          Arguments.of("two locations", model(8, weight("location", "b")), "\"location\" twice"),
          Arguments.of(
              "a strange data_location",
              model(8, message().put(5, message().put(14, (1L << 32) + 1))),
              "data_location 4294967297"),
          Arguments.of(
              "a tensor in two parts",
              graph(node("", "C", "", "").put(5, message().put(5, message()).put(5, message()))),
              "a second value"));

  @ParameterizedTest(name = "{0}")
  @FieldSource("MALFORMED")
  @Timeout(10)
  void read_malformed_saysWhatIsThere(String what, Proto model, String found) {
    ModelLoadException e = catchThrowableOfType(ModelLoadException.class, () -> read(model));

    assertThat(e).as(what).isNotNull();
    assertThat(e.found()).contains(found);
    assertThat(e.expected()).isEqualTo("an ONNX graph");
    assertThat(e.file()).isEqualTo(folder.resolve("model.onnx"));
  }

  @Test
  void read_noFileOrAFolder_saysSo() {
    ModelLoadException absent =
        catchThrowableOfType(
            ModelLoadException.class, () -> OnnxFile.read(folder.resolve("absent.onnx")));
    ModelLoadException directory =
        catchThrowableOfType(ModelLoadException.class, () -> OnnxFile.read(folder));

    assertThat(absent.found()).isEqualTo("no such file");
    assertThat(directory.found()).isEqualTo("no regular file");
  }

  private static GraphValue input(OnnxFile file, String name) {
    return file.inputs().stream().filter(i -> i.name().equals(name)).findFirst().orElseThrow();
  }

  private OnnxFile read(Proto model) throws IOException {
    return OnnxFile.read(Files.write(folder.resolve("model.onnx"), model.toBytes()));
  }

  private static Proto graph(Proto node) {
    return model(8, message().put(1, node));
  }

  private static Proto weight(String location) {
    return external("w", 3, location, 0);
  }

  /** A graph with one tensor whose external data have one more entry. */
  private static Proto weight(String key, String value) {
    Proto tensor = message().put(13, entry("location", "a")).put(13, entry(key, value)).put(14, 1);
    return message().put(5, tensor);
  }

  private static Proto shape(int dimensions) {
    Proto shape = message();
    for (int i = 0; i < dimensions; i++) {
      shape.put(1, message().put(1, 1));
    }
    return message().put(2, message().put(1, message().put(2, shape)));
  }

  private static Proto deep(int levels) {
    Proto graph = message();
    for (int i = 0; i < levels; i++) {
      graph = message().put(1, message().put(5, message().put(6, graph)));
    }
    return graph;
  }

  private static Proto many() {
    Proto graph = message();
    for (int i = 0; i < 300; i++) {
      graph.put(1, message().put(4, "x".repeat(60_000) + i));
    }
    return graph;
  }
}
