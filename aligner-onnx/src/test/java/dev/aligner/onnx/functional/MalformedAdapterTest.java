package dev.aligner.onnx.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aligner.ModelLoadException;
import dev.aligner.onnx.LoraAdapter;
import dev.aligner.onnx.OnnxGenerator;
import dev.aligner.onnx.WeightFormat;
import dev.aligner.onnx.internal.model.AdapterFile;
import dev.aligner.onnx.testing.TestModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is no adapter, or not one of this base, is refused before ONNX Runtime runs it. */
class MalformedAdapterTest {

  private static final Path MODEL = TestModels.directory("tiny-llama-lora");
  private static final Path RED = MODEL.resolve("red.onnx_adapter");

  @TempDir Path folder;

  @Test
  void open_missingFile_isRefused() {
    Path file = folder.resolve("no.onnx_adapter");

    ModelLoadException e = refusal(MODEL, file);

    assertThat(e.file()).isEqualTo(file);
    assertThat(e.found()).isEqualTo("no such file");
    assertThat(refusal(MODEL, folder).found()).isEqualTo("no regular file");
  }

  @Test
  void open_otherFile_isRefused() {
    assertThat(refusal(MODEL, MODEL.resolve("config.json")).found()).contains("no adapter");
  }

  @Test
  void open_graphWithoutLoraInputs_isRefused() {
    ModelLoadException e = refusal(TestModels.directory("tiny-llama"), RED);

    assertThat(e.file()).hasFileName("model.onnx");
    assertThat(e.found()).isEqualTo("none");
    assertThat(e.fix()).contains("adapter_path", "ExtractAdapters");
    assertThat(refusal(TestModels.directory("tiny-t5"), RED).found()).isEqualTo("none");
  }

  @Test
  void open_weightsOfAnotherName_areRefused() throws IOException {
    Path other = edited("layers.1.mlp.down_proj.lora_B", "layers.1.mlp.down_proj.lora_C");

    ModelLoadException e = refusal(MODEL, other);

    assertThat(e.file()).isEqualTo(other);
    assertThat(e.expected()).contains("model.onnx", "model.layers.1.mlp.down_proj.lora_B");
    assertThat(e.found()).contains("down_proj.lora_C.MatMul.weight[2, 32]");
  }

  @Test
  void open_weightsOfAnotherShape_areRefused() throws IOException {
    Path without = edited("1.mlp.down_proj.lora_B", "1.mlp.down_proj.lora_Z");
    Path half = edited(without, "1.mlp.down_proj.lora_A", "1.mlp.down_proj.lora_B");
    Path swapped = edited(half, "1.mlp.down_proj.lora_Z", "1.mlp.down_proj.lora_A");

    ModelLoadException e = refusal(MODEL, swapped);

    assertThat(e.expected()).contains("layers.1.mlp.down_proj.lora_B.MatMul.weight[-1, 32]");
    assertThat(e.found()).contains("layers.1.mlp.down_proj.lora_B.MatMul.weight[32, 2]");
  }

  @Test
  void open_sameNameTwice_isRefused() throws IOException {
    Path twice = edited("1.mlp.down_proj.lora_B", "1.mlp.down_proj.lora_A");

    assertThat(refusal(MODEL, twice).found()).contains("two parameters");
  }

  @Test
  void read_truncated_isRefused() throws IOException {
    byte[] whole = Files.readAllBytes(RED);
    Path file = folder.resolve("cut.onnx_adapter");
    int kept = 0;
    for (int length = 0; length < whole.length; length += 7) {
      Files.write(file, Arrays.copyOf(whole, length));
      kept += reads(file) ? 1 : 0;
    }
    assertThat(kept).isZero();
  }

  @Test
  void read_changedBytes_isRefusedOrRead() throws IOException {
    byte[] whole = Files.readAllBytes(RED);
    Path file = folder.resolve("changed.onnx_adapter");
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] changed = whole.clone();
      for (int n = 0; n < 8; n++) {
        changed[random.nextInt(whole.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, changed);
      refused += reads(file) ? 0 : 1;
    }
    assertThat(refused).isBetween(200, 1900);
  }

  @Test
  void read_changedOffsets_neverReachesOnnxRuntimeUnchecked() throws IOException {
    byte[] whole = Files.readAllBytes(RED);
    Path file = folder.resolve("offsets.onnx_adapter");
    Random random = new Random(2);
    int opened = 0;
    for (int i = 0; i < 60; i++) {
      byte[] changed = whole.clone();
      changed[random.nextInt(0x68)] = (byte) random.nextInt(256);
      Files.write(file, changed);
      List<LoraAdapter> adapters = List.of(LoraAdapter.of("changed", file));
      try {
        OnnxGenerator.open(MODEL, WeightFormat.AUTO, adapters).close();
        opened++;
      } catch (ModelLoadException e) {
        assertThat(e.file()).isEqualTo(file);
      }
    }
    assertThat(opened).isLessThan(60);
  }

  private static boolean reads(Path file) {
    try {
      return !AdapterFile.read(file).parameters().isEmpty();
    } catch (ModelLoadException e) {
      assertThat(e.file()).isEqualTo(file);
      return false;
    }
  }

  private Path edited(String from, String to) throws IOException {
    return edited(RED, from, to);
  }

  private Path edited(Path file, String from, String to) throws IOException {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    Path target = Files.createTempFile(folder, "edited", ".onnx_adapter");
    return Files.writeString(target, text.replace(from, to), StandardCharsets.ISO_8859_1);
  }

  private static ModelLoadException refusal(Path model, Path file) {
    List<LoraAdapter> adapters = List.of(LoraAdapter.of("one", file));
    return catchThrowableOfType(
        ModelLoadException.class,
        () -> OnnxGenerator.open(model, WeightFormat.AUTO, adapters).close());
  }
}
