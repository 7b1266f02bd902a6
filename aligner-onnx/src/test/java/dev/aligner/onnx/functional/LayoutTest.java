package dev.aligner.onnx.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.ModelLoadException;
import dev.aligner.PromptTemplate;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.GenerationRequest;
import dev.aligner.onnx.Limits;
import dev.aligner.onnx.OnnxAligner;
import dev.aligner.onnx.OnnxGenerator;
import dev.aligner.onnx.internal.model.ModelDirectory;
import dev.aligner.onnx.testing.Golden;
import dev.aligner.onnx.testing.ModelCopy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The layouts of exported models that load, told by the tokens they generate. */
class LayoutTest {

  /** GoldenTest generates them all; a wrong layout shows in the first. */
  private static final int GOLDENS = 5;

  private static final String NEXT = "decoder_with_past_model.onnx";
  private static final String MERGED = "decoder_model_merged.onnx";

  /**
   * One layout.
   *
   * @param what its name
   * @param model the test model that is copied, whose goldens still hold
   * @param change how the copy is laid out
   */
  record Layout(String what, String model, Consumer<ModelCopy> change) {
    @Override
    public String toString() {
      return what;
    }
  }

  static final List<Layout> LAYOUTS =
      List.of(
          new Layout("split", "tiny-t5", m -> {}),
          new Layout("merged", "tiny-t5-merged", m -> {}),
          new Layout("single", "tiny-llama", m -> {}),
          new Layout("split in onnx/", "tiny-t5", LayoutTest::intoSubfolder),
          new Layout("merged in onnx/", "tiny-t5-merged", LayoutTest::intoSubfolder),
          new Layout("single in onnx/", "tiny-llama", LayoutTest::intoSubfolder),
          new Layout("empty onnx/ beside", "tiny-llama", m -> m.folder("onnx")),
          new Layout(
              "legacy, which puts the encoder's cache out again",
              "tiny-t5",
              m -> m.take(NEXT, "tiny-t5-legacy", NEXT)),
          new Layout(
              "merged is preferred to split",
              "tiny-t5-merged",
              m -> m.write("decoder_model.onnx", "broken").write(NEXT, "broken")),
          new Layout(
              "first and all later steps by merged",
              "tiny-t5-merged",
              m ->
                  m.write("decoder_model.onnx", m.read(MERGED))
                      .write(NEXT, m.read(MERGED))
                      .delete(MERGED)),
          new Layout(
              "no generation_config.json", "tiny-t5", m -> m.delete("generation_config.json")),
          new Layout(
              "generation_config.json without ids",
              "tiny-llama",
              m -> m.write("generation_config.json", "{}")),
          new Layout(
              "ids in generation_config.json alone",
              "tiny-t5",
              m ->
                  m.unset("config.json", "eos_token_id")
                      .unset("config.json", "pad_token_id")
                      .unset("config.json", "decoder_start_token_id")),
          new Layout(
              "generation_config.json wins",
              "tiny-t5",
              m ->
                  m.set("config.json", "eos_token_id", "7")
                      .set("config.json", "decoder_start_token_id", "9")),
          new Layout(
              "a list of ends",
              "tiny-llama",
              m -> m.set("generation_config.json", "eos_token_id", "[2]")),
          new Layout(
              "settings that greedy search does not read",
              "tiny-llama",
              m ->
                  m.set("generation_config.json", "temperature", "0.7")
                      .set("generation_config.json", "top_p", "0.9")
                      .set("generation_config.json", "num_beams", "1")
                      .set("generation_config.json", "forced_eos_token_id", "null")
                      .set("generation_config.json", "repetition_penalty", "1.0")));

  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("LAYOUTS")
  void generate_layout_isWhatTransformersGenerates(Layout layout) {
    ModelCopy copy = ModelCopy.of(layout.model, folder);
    layout.change.accept(copy);

    try (OnnxGenerator generator = OnnxGenerator.open(copy.directory())) {
      for (Golden golden : Golden.of(layout.model).subList(0, GOLDENS)) {
        GenerationRequest request =
            GenerationRequest.ofInputIds(golden.inputIds()).withMaxNewTokens(golden.maxNewTokens());
        assertThat(generator.generate(request).tokenIds())
            .as(golden.toString())
            .isEqualTo(golden.tokenIds());
      }
    }
  }

  @Test
  void build_explicitGreedy_winsOverBeams() {
    ModelCopy copy = ModelCopy.of("tiny-t5", folder);
    String plain = corrected(builder(copy.directory()));
    copy.set("generation_config.json", "num_beams", "4")
        .set("generation_config.json", "do_sample", "true")
        .set("generation_config.json", "no_repeat_ngram_size", "3");

    assertThat(ModelDirectory.read(copy.directory()).config().decoding().options())
        .hasToString("Decoding[of model]{num_beams=4, do_sample=true, no_repeat_ngram_size=3}");
    assertThat(corrected(builder(copy.directory()).decoding(Decoding.greedy()))).isEqualTo(plain);
  }

  @Test
  void build_settingThisReleaseCannotDo_isRefusedUnlessTheUserChooses() {
    ModelCopy copy = ModelCopy.of("tiny-t5", folder);
    String plain = corrected(builder(copy.directory()));
    copy.set("generation_config.json", "guidance_scale", "1.5");

    assertThatThrownBy(() -> builder(copy.directory()).build())
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("[guidance_scale=1.5]")
        .hasMessageContaining("Decoding.greedy()");
    assertThat(corrected(builder(copy.directory()).decoding(Decoding.greedy()))).isEqualTo(plain);
  }

  private static OnnxAligner.Builder builder(Path directory) {
    return OnnxAligner.builder(directory).template(PromptTemplate.ALIGNER_V2);
  }

  private static String corrected(OnnxAligner.Builder builder) {
    try (OnnxAligner aligner = builder.limits(Limits.ofModel().withMaxNewTokens(400)).build()) {
      return aligner.correct("Why?", "You are stupid. Because.").text();
    }
  }

  private static void intoSubfolder(ModelCopy copy) {
    copy.folder("onnx");
    for (String graph :
        List.of("encoder_model.onnx", "decoder_model.onnx", NEXT, MERGED, "model.onnx")) {
      if (Files.exists(copy.file(graph))) {
        copy.move(graph, "onnx/" + graph);
      }
    }
  }
}
