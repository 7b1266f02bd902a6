package dev.aligner.onnx.internal.session;

import static dev.aligner.onnx.testing.Proto.message;
import static dev.aligner.onnx.testing.Proto.model;
import static dev.aligner.onnx.testing.Proto.node;
import static dev.aligner.onnx.testing.Proto.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.onnxruntime.OrtException;
import dev.aligner.ModelLoadException;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import dev.aligner.onnx.testing.Proto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** Graphs that ONNX Runtime itself refuses: if it changes its words, this notices. */
class UnsupportedOperatorTest {

  private static final int BFLOAT16 = 16;

  private final Path folder;

  UnsupportedOperatorTest(@TempDir Path folder) {
    this.folder = folder;
  }

  static final List<Arguments> REFUSED =
      List.of(
          Arguments.of(
              model(8, "com.microsoft", "NoSuchOp", 17),
              "operator com.microsoft.NoSuchOp, which it does not have",
              "a newer ONNX Runtime"),
          Arguments.of(
              model(8, "my.own", "Op", 17).put(8, message().put(1, "my.own").put(2, 1)),
              "operator my.own.Op, which it does not have",
              "without this operator"),
          Arguments.of(
              model(8, "", "NoSuchOp", 17),
              "operator NoSuchOp, which opset 17 does not have",
              "a newer ONNX Runtime"),
          Arguments.of(
              model(8, "", "Mish", 13), "operator Mish, which opset 13 does not have", "newer"),
          Arguments.of(
              model(8, "", "Upsample", 17),
              "operator Upsample, which opset 17 has no more",
              "a newer exporter"),
          Arguments.of(
              model(3, "", "Abs", 1),
              "operator Abs of opset 1, with types for which it has no implementation",
              "newer"),
          Arguments.of(
              model(8, bfloatCosine()).put(8, message().put(2, 17)),
              "operator Cos on a tensor(bfloat16), which it cannot do",
              "newer"),
          Arguments.of(
              model(8, "", "Abs", 27),
              "opset 27 of ai.onnx, newer than the newest it has, 26",
              "with opset 26 or lower"),
          Arguments.of(
              model(8, "", "Abs", 17).put(8, message().put(1, "com.microsoft").put(2, 99)),
              "opset 99 of com.microsoft, newer than the newest it has, 1",
              "with opset 1 or lower"),
          Arguments.of(
              model(14, "", "Abs", 17),
              "IR version 14, newer than the newest it has, 13",
              "with IR version 13 or lower"));

  @ParameterizedTest(name = "{1}")
  @FieldSource("REFUSED")
  void open_notSupported_saysWhatIsMissing(Proto model, String found, String fix)
      throws IOException {
    Path file = Files.write(folder.resolve("model.onnx"), model.toBytes());

    ModelLoadException e = refused(file);

    assertThat(e.file()).isEqualTo(file);
    assertThat(e.expected()).startsWith("an ONNX graph that ONNX Runtime 1.");
    assertThat(e.found()).isEqualTo(found);
    assertThat(e.fix()).contains(fix);
    assertThat(e).hasCauseInstanceOf(OrtException.class);
    assertThat(NativeHandle.live()).isZero();
  }

  @Test
  void open_newestOpsetAndFormat_loads() throws IOException {
    Path file = Files.write(folder.resolve("model.onnx"), model(13, "", "Abs", 26).toBytes());

    ModelSession.open(OrtRuntime.environment(), file, Device.cpu()).close();

    assertThat(NativeHandle.live()).isZero();
  }

  @Test
  void open_otherwiseWrong_givesTheMessage() throws IOException {
    Proto graph =
        message()
            .put(1, node("", "Abs", "x", "y"))
            .put(2, "graph")
            .put(11, value("x", 1))
            .put(12, value("y", 7));
    Path file =
        Files.write(
            folder.resolve("model.onnx"), model(8, graph).put(8, message().put(2, 17)).toBytes());

    assertThat(refused(file).found()).startsWith("one that it refuses: ").contains("Type Error");
  }

  private static ModelLoadException refused(Path file) {
    ModelLoadException e =
        catchThrowableOfType(
            ModelLoadException.class,
            () -> ModelSession.open(OrtRuntime.environment(), file, Device.cpu()).close());
    assertThat(e).isNotNull();
    return e;
  }

  private static Proto bfloatCosine() {
    return message()
        .put(1, node("", "Cos", "x", "y"))
        .put(2, "graph")
        .put(11, value("x", BFLOAT16))
        .put(12, value("y", BFLOAT16));
  }
}
