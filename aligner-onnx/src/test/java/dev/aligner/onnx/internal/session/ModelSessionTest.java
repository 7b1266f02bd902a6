package dev.aligner.onnx.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import dev.aligner.ModelLoadException;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.testing.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelSessionTest {

  private static final Path EXTERNAL =
      TestModels.directory("tiny-qwen2-external").resolve("onnx").resolve("model.onnx");

  private final OrtEnvironment environment = OrtRuntime.environment();

  @Test
  void open_preparedGraph_findsItsWeightsBesideTheOriginal() throws IOException {
    byte[] prepared = Files.readAllBytes(EXTERNAL);
    try (ModelSession fromPath = ModelSession.open(environment, EXTERNAL, Device.cpu(1));
        ModelSession fromBytes =
            ModelSession.open(environment, EXTERNAL, prepared, Device.cpu(1))) {
      assertThat(fromBytes.inputs().keySet()).isEqualTo(fromPath.inputs().keySet());
      assertThat(fromBytes.outputs().keySet()).isEqualTo(fromPath.outputs().keySet());
    }
  }

  @Test
  void open_preparedGraphWithoutItsWeights_isRefused(@TempDir Path elsewhere) throws IOException {
    byte[] prepared = Files.readAllBytes(EXTERNAL);
    Path file = elsewhere.resolve("model.onnx");

    assertThatThrownBy(() -> ModelSession.open(environment, file, prepared, Device.cpu(1)))
        .isInstanceOf(ModelLoadException.class);
  }
}
