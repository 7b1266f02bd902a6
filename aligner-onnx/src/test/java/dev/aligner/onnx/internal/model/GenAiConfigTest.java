package dev.aligner.onnx.internal.model;

import static dev.aligner.onnx.DecodingOption.DO_SAMPLE;
import static dev.aligner.onnx.DecodingOption.EARLY_STOPPING;
import static dev.aligner.onnx.DecodingOption.TEMPERATURE;
import static dev.aligner.onnx.DecodingOption.TOP_K;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenAiConfigTest {

  /** What the builder of onnxruntime-genai 0.11.4 writes for a model of our sizes. */
  static final String WRITTEN =
      """
      {
        "model": {
          "bos_token_id": 1, "context_length": 512,
          "decoder": {
            "session_options": {"log_id": "onnxruntime-genai", "provider_options": []},
            "filename": "model.onnx", "head_size": 16, "hidden_size": 64,
            "inputs": {"input_ids": "input_ids", "attention_mask": "attention_mask",
              "past_key_names": "past_key_values.%d.key",
              "past_value_names": "past_key_values.%d.value"},
            "outputs": {"logits": "logits", "present_key_names": "present.%d.key",
              "present_value_names": "present.%d.value"},
            "num_attention_heads": 4, "num_hidden_layers": 2, "num_key_value_heads": 2
          },
          "eos_token_id": [2, 7], "pad_token_id": 3, "type": "llama", "vocab_size": 384
        },
        "search": {
          "diversity_penalty": 0.0, "do_sample": true, "early_stopping": true,
          "length_penalty": 1.0, "max_length": 512, "min_length": 0, "no_repeat_ngram_size": 0,
          "num_beams": 1, "num_return_sequences": 1, "past_present_share_buffer": true,
          "repetition_penalty": 1.0, "temperature": 0.6, "top_k": 20, "top_p": 0.95
        }
      }
      """;

  private final Path directory;

  GenAiConfigTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void find_noFile_isEmpty() {
    assertThat(GenAiConfig.find(directory)).isEmpty();
  }

  @Test
  void find_whatTheBuilderWrites_isAllThere() throws IOException {
    GenAiConfig config = find(WRITTEN);

    assertThat(config.type()).isEqualTo("llama");
    assertThat(config.vocabSize()).isEqualTo(384);
    assertThat(config.positions()).hasValue(512);
    assertThat(config.bosTokenId()).hasValue(1);
    assertThat(config.eosTokenIds()).containsExactlyInAnyOrder(2, 7);
    assertThat(config.padTokenId()).hasValue(3);
    assertThat(config.maxLength()).hasValue(512);
    assertThat(config.decoding().options().get(DO_SAMPLE)).isTrue();
    assertThat(config.decoding().options().get(TEMPERATURE)).isEqualTo(0.6);
    assertThat(config.decoding().options().get(TOP_K)).isEqualTo(20);
    assertThat(config.decoding().options().find(EARLY_STOPPING)).isEmpty();
    assertThat(config.decoding().refused()).isEmpty();
    GenAiDecoder decoder = config.decoder();
    assertThat(decoder.filename()).isEqualTo("model.onnx");
    assertThat(decoder.headSize()).isEqualTo(16);
    assertThat(decoder.attentionHeads()).isEqualTo(4);
    assertThat(decoder.keyValueHeads()).isEqualTo(2);
    assertThat(decoder.layers()).isEqualTo(2);
    assertThat(decoder.hiddenSize()).isEqualTo(64);
    assertThat(decoder.inputs()).containsKey("attention_mask").doesNotContainKey("position_ids");
    assertThat(decoder.pastKeyPattern()).isEqualTo("past_key_values.%d.key");
    assertThat(decoder.presentValuePattern()).isEqualTo("present.%d.value");
  }

  @Test
  void names_ofTheirOwn_areThose() throws IOException {
    GenAiDecoder decoder =
        find("""
                {"model": {"decoder": {"filename": "decoder.onnx",
                  "inputs": {"input_ids": "ids", "past_key_names": "k_%d", "past_value_names": "v%d"},
                  "outputs": {"logits": "scores", "present_key_names": "%d.k"}}}}
                """)
            .decoder();

    assertThat(decoder.filename()).isEqualTo("decoder.onnx");
    assertThat(decoder.inputs()).containsEntry("input_ids", "ids");
    assertThat(decoder.outputs()).containsEntry("logits", "scores");
    assertThat(decoder.pastKeyPattern()).isEqualTo("k_%d");
    assertThat(decoder.pastValuePattern()).isEqualTo("v%d");
    assertThat(decoder.presentKeyPattern()).isEqualTo("%d.k");
    assertThat(decoder.presentValuePattern())
        .as("as the builder calls it")
        .isEqualTo("present.%d.value");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
      {}; "model" to be an object
      {"model": {}}; "model.decoder" to be an object
      {"model": {"decoder": []}}; "model.decoder" to be an object
      {"model": {"decoder": {"head_size": "8"}}}; "model.decoder.head_size" to be an integer
      {"model": {"decoder": {"filename": "../model.onnx"}}}; "model.decoder.filename" to be the name
      {"model": {"decoder": {"filename": ".."}}}; "model.decoder.filename" to be the name
      {"model": {"decoder": {"filename": ""}}}; "model.decoder.filename" to be the name
      {"model": {"decoder": {"inputs": {"past_key_names": "k"}}}}; one %d
      {"model": {"decoder": {"inputs": {"past_key_names": "k%d.%d"}}}}; one %d
      {"model": {"decoder": {"inputs": {"past_key_names": "%s%d"}}}}; one %d
      {"model": {"decoder": {"outputs": {"logits": 5}}}}; "model.decoder.outputs.logits"
      {"model": {"decoder": {}}, "search": 5}; "search" to be an object
      {"model": {"decoder": {}}, "search": {"num_beams": 0}}; "search.num_beams" to be at least 1
      {"model": {"decoder": {}, "vision": {}, "embedding": {}}}; [embedding, vision]
      {"model": {"decoder": {}, "encoder": {}}}; [encoder]
      {"model": {"decoder": {}, "context_length": 0}}; "model.context_length"
      """)
  void find_wrong_namesTheField(String json, String message) throws IOException {
    Files.writeString(directory.resolve("genai_config.json"), json);

    assertThatThrownBy(() -> GenAiConfig.find(directory))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(message);
  }

  private GenAiConfig find(String json) throws IOException {
    Files.writeString(directory.resolve("genai_config.json"), json);
    return GenAiConfig.find(directory).orElseThrow();
  }
}
