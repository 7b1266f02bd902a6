package dev.aligner.onnx.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aligner.ModelLoadException;
import dev.aligner.PromptTemplate;
import dev.aligner.onnx.OnnxAligner;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import dev.aligner.onnx.testing.ModelCopy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Model directories with one thing wrong: each is an error that names the file and the cure. */
class MalformedDirectoryTest {

  private static final String CONFIG = "config.json";
  private static final String GENERATION = "generation_config.json";
  private static final String ALIGNER = "aligner.json";
  private static final String TOKENIZER = "tokenizer.json";
  private static final String ENCODER = "encoder_model.onnx";
  private static final String FIRST = "decoder_model.onnx";
  private static final String NEXT = "decoder_with_past_model.onnx";
  private static final String MERGED = "decoder_model_merged.onnx";
  private static final String SINGLE = "model.onnx";

  /**
   * One malformed directory.
   *
   * @param what what is wrong
   * @param model the test model that is copied
   * @param change what is done to the copy
   * @param file the file that the error names
   * @param found what the error says is there
   */
  record Row(String what, String model, Consumer<ModelCopy> change, String file, String found) {
    @Override
    public String toString() {
      return model + ", " + what;
    }
  }

  private static Row t5(String what, Consumer<ModelCopy> change, String file, String found) {
    return new Row(what, "tiny-t5", change, file, found);
  }

  private static Row merged(String what, Consumer<ModelCopy> change, String file, String found) {
    return new Row(what, "tiny-t5-merged", change, file, found);
  }

  private static Row llama(String what, Consumer<ModelCopy> change, String file, String found) {
    return new Row(what, "tiny-llama", change, file, found);
  }

  static final List<Row> MISSING =
      List.of(
          t5("no config.json", m -> m.delete(CONFIG), CONFIG, "no such file"),
          t5("no tokenizer.json", m -> m.delete(TOKENIZER), TOKENIZER, "no such file"),
          t5("no encoder", m -> m.delete(ENCODER), ENCODER, "no such file"),
          t5("no first decoder", m -> m.delete(FIRST), FIRST, "no such file"),
          t5("no next decoder", m -> m.delete(NEXT), NEXT, "no such file"),
          t5("no decoder", m -> m.delete(FIRST).delete(NEXT), MERGED, "no such file"),
          merged("no encoder", m -> m.delete(ENCODER), ENCODER, "no such file"),
          merged("no decoder", m -> m.delete(MERGED), MERGED, "no such file"),
          llama("no graph", m -> m.delete(SINGLE), SINGLE, "no such file"),
          llama("folder config.json", m -> m.folder(CONFIG), CONFIG, "cannot be read"),
          llama("folder tokenizer.json", m -> m.folder(TOKENIZER), TOKENIZER, "a directory"),
          llama("folder model.onnx", m -> m.folder(SINGLE), SINGLE, "no regular file"));

  static final List<Row> GRAPHS =
      List.of(
          t5(
              "truncated encoder",
              m -> m.truncate(ENCODER, 70_000),
              ENCODER,
              "truncated or not ONNX"),
          t5("truncated decoder", m -> m.truncate(NEXT, 100), NEXT, "truncated or not ONNX"),
          llama(
              "truncated graph", m -> m.truncate(SINGLE, 200_000), SINGLE, "truncated or not ONNX"),
          llama("empty graph", m -> m.truncate(SINGLE, 0), SINGLE, ""),
          llama(
              "graph of garbage", m -> m.write(SINGLE, garbage()), SINGLE, "truncated or not ONNX"),
          llama(
              "graph that is a page",
              m -> m.write(SINGLE, "<!DOCTYPE html>"),
              SINGLE,
              "truncated or not ONNX"),
          llama(
              "unknown input",
              m -> m.replace(SINGLE, "position_ids", "position_idz"),
              SINGLE,
              "position_idz"),
          llama("no logits", m -> m.replace(SINGLE, "logits", "stigol"), SINGLE, "stigol"),
          llama("no input_ids", m -> m.replace(SINGLE, "input_ids", "input_idz"), SINGLE, "idz"),
          llama(
              "no present",
              m -> m.replace(SINGLE, "present.1.key", "presemt.1.key"),
              SINGLE,
              "presemt.1.key"),
          t5(
              "unknown input of the encoder",
              m -> m.replace(ENCODER, "attention_mask", "attention_mosk"),
              ENCODER,
              "attention_mosk"),
          t5("decoder as encoder", m -> m.take(ENCODER, "tiny-t5", FIRST), ENCODER, "inputs"),
          t5(
              "encoder as first decoder",
              m -> m.take(FIRST, "tiny-t5", ENCODER),
              FIRST,
              "last_hidden"),
          t5("encoder as next decoder", m -> m.take(NEXT, "tiny-t5", ENCODER), NEXT, "last_hidden"),
          t5("no past in next decoder", m -> m.take(NEXT, "tiny-t5", FIRST), NEXT, "inputs"),
          t5("next decoder of a llama", m -> m.take(NEXT, "tiny-llama", SINGLE), FIRST, "present"),
          llama("graph of a T5", m -> m.take(SINGLE, "tiny-t5", ENCODER), SINGLE, "output"),
          t5("next decoder as first", m -> m.take(FIRST, "tiny-t5", NEXT), FIRST, "encoder.key"),
          merged("first decoder alone", m -> m.take(MERGED, "tiny-t5", FIRST), MERGED, "inputs"),
          llama(
              "tokenizer with no words", m -> m.set(TOKENIZER, "model", "{}"), TOKENIZER, "vocab"),
          llama("unknown tokenizer", m -> m.replace(TOKENIZER, "BPE", "BPF"), TOKENIZER, "refuses"),
          llama("tokenizer of a T5", MalformedDirectoryTest::largerTokenizer, TOKENIZER, "383"));

  static final List<Row> SETTINGS =
      List.of(
          t5("vocab_size a string", m -> m.set(CONFIG, "vocab_size", "\"abc\""), CONFIG, "\"abc\""),
          t5("vocab_size negative", m -> m.set(CONFIG, "vocab_size", "-1"), CONFIG, "-1"),
          t5("vocab_size zero", m -> m.set(CONFIG, "vocab_size", "0"), CONFIG, "0"),
          t5("vocab_size huge", m -> m.set(CONFIG, "vocab_size", "1e30"), CONFIG, "1.0E30"),
          t5("heads a fraction", m -> m.set(CONFIG, "num_heads", "1.5"), CONFIG, "1.5"),
          t5(
              "eos a string",
              m -> m.set(GENERATION, "eos_token_id", "\"</s>\""),
              GENERATION,
              "</s>"),
          t5(
              "eos strings",
              m -> m.set(GENERATION, "eos_token_id", "[\"a\"]"),
              GENERATION,
              "[\"a\"]"),
          t5("eos unknown", m -> m.set(GENERATION, "eos_token_id", "384"), GENERATION, "384"),
          t5("eos unknown", m -> m.set(GENERATION, "eos_token_id", "[1, 999]"), GENERATION, "999"),
          t5("pad unknown", m -> m.set(GENERATION, "pad_token_id", "9999"), GENERATION, "9999"),
          t5(
              "start unknown",
              m -> m.set(GENERATION, "decoder_start_token_id", "9999"),
              GENERATION,
              "9999"),
          t5("pad an object", m -> m.set(GENERATION, "pad_token_id", "{}"), GENERATION, "{}"),
          t5("limit of 0", m -> m.set(GENERATION, "max_new_tokens", "0"), GENERATION, "0"),
          t5("no beams", m -> m.set(GENERATION, "num_beams", "0"), GENERATION, "0"),
          t5("beams in words", m -> m.set(GENERATION, "num_beams", "\"4\""), GENERATION, "\"4\""),
          t5("penalty of 0", m -> m.set(GENERATION, "repetition_penalty", "0"), GENERATION, "0"),
          t5("forced", m -> m.set(GENERATION, "forced_bos_token_id", "-1"), GENERATION, "-1"),
          t5("guidance", m -> m.set(GENERATION, "guidance_scale", "1.5"), GENERATION, "=1.5"),
          t5("groups", m -> m.set(GENERATION, "num_beam_groups", "2"), GENERATION, "groups=2"),
          t5(
              "outputs in config.json alone",
              m -> m.delete(GENERATION).set(CONFIG, "num_return_sequences", "2"),
              CONFIG,
              "2"),
          t5(
              "guidance in config.json alone",
              m -> m.delete(GENERATION).set(CONFIG, "guidance_scale", "2"),
              CONFIG,
              "guidance_scale=2"),
          t5(
              "no decoder start",
              m ->
                  m.unset(GENERATION, "decoder_start_token_id")
                      .unset(CONFIG, "decoder_start_token_id"),
              GENERATION,
              "neither"));

  static final List<Row> ALIGNER_JSON =
      List.of(
          aligner("no version", "{}", "no such field"),
          aligner("another version", "{\"version\": 2}", "2"),
          aligner("a version in words", "{\"version\": \"one\"}", "\"one\""),
          aligner("a misspelt field", "{\"version\": 1, \"tempalte\": \"x\"}", "[tempalte]"),
          aligner("an unknown template", "{\"version\": 1, \"template\": \"v9\"}", "\"v9\""),
          aligner("a number as template", "{\"version\": 1, \"template\": 7}", "7"),
          aligner("an unknown segmentation", "{\"version\": 1, \"segmentation\": \"x\"}", "\"x\""),
          aligner("a limit of 0", "{\"version\": 1, \"max_new_tokens\": 0}", "0"),
          aligner("a limit in words", "{\"version\": 1, \"max_prompt_tokens\": \"x\"}", "\"x\""));

  private static Row aligner(String what, String json, String found) {
    return llama(what, m -> m.write(ALIGNER, json), ALIGNER, found);
  }

  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource({"MISSING", "GRAPHS", "SETTINGS", "ALIGNER_JSON"})
  void build_malformed_namesFileAndCure(Row row) {
    ModelCopy copy = ModelCopy.of(row.model, folder);
    row.change.accept(copy);

    ModelLoadException e = failure(builder(copy.directory()));

    assertThat(e.file()).isEqualTo(copy.file(row.file));
    assertThat(e.found()).contains(row.found);
  }

  @Test
  void build_noDirectory_saysSo() {
    Path nowhere = folder.resolve("nowhere");

    assertThat(failure(builder(nowhere)).found()).isEqualTo("nothing");
    assertThat(failure(builder(nowhere)).file()).isEqualTo(nowhere);
  }

  @Test
  void build_fileForDirectory_saysSo() {
    Path file = ModelCopy.of("tiny-llama", folder).file(SINGLE);

    assertThat(failure(builder(file)).found()).isEqualTo("a file");
    assertThat(failure(builder(file)).file()).isEqualTo(file);
  }

  @Test
  void build_noTemplate_saysWhereToNameIt() {
    Path directory = ModelCopy.of("tiny-llama", folder).directory();

    ModelLoadException e = failure(OnnxAligner.builder(directory));

    assertThat(e.file()).isEqualTo(directory.resolve(ALIGNER));
    assertThat(e.fix()).contains("template(...)", "\"template\": \"aligner-v2\"");
  }

  @Test
  void build_noChatTemplate_saysWhereToPutIt() {
    ModelCopy copy = ModelCopy.of("tiny-llama", folder);
    copy.write(ALIGNER, "{\"version\": 1, \"template\": \"align-anything\"}");

    ModelLoadException e = failure(OnnxAligner.builder(copy.directory()));

    assertThat(e.file()).isEqualTo(copy.file("tokenizer_config.json"));
    assertThat(e.expected()).contains("chat template");
    assertThat(e.fix()).contains("PromptTemplate.of(...)");
  }

  @Test
  void build_brokenChatTemplate_namesItsFile() {
    ModelCopy copy = ModelCopy.of("tiny-llama", folder);
    copy.write("chat_template.jinja", "{{ messages[0].content }}{% if %}");
    OnnxAligner.Builder builder =
        OnnxAligner.builder(copy.directory()).template(PromptTemplate.ALIGN_ANYTHING);

    ModelLoadException e = failure(builder);

    assertThat(e.file()).isEqualTo(copy.file("chat_template.jinja"));
    assertThat(e.found()).contains("line 1");
  }

  /** The error is as it has to be, and the failed load has left nothing open. */
  static ModelLoadException failure(OnnxAligner.Builder builder) {
    Throwable thrown = catchThrowable(() -> builder.build().close());
    assertThat(thrown).isExactlyInstanceOf(ModelLoadException.class);
    ModelLoadException e = (ModelLoadException) thrown;
    assertThat(e)
        .hasMessageContaining(e.file() + ": expected ")
        .hasMessageContaining("; found ")
        .hasMessageContaining(". Fix: ");
    assertThat(List.of(e.expected(), e.found(), e.fix())).allMatch(text -> !text.isBlank());
    assertThat(e.getSuppressed()).isEmpty();
    assertThat(NativeHandle.live()).isZero();
    return e;
  }

  static OnnxAligner.Builder builder(Path directory) {
    return OnnxAligner.builder(directory).template(PromptTemplate.ALIGNER_V2);
  }

  private static void largerTokenizer(ModelCopy copy) {
    copy.take(TOKENIZER, "tiny-t5", TOKENIZER);
  }

  private static byte[] garbage() {
    return "\u0008\u0007garbage\u00ff".repeat(1000).getBytes(StandardCharsets.ISO_8859_1);
  }
}
