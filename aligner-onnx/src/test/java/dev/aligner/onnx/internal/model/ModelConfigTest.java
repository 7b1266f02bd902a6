package dev.aligner.onnx.internal.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.ModelLoadException;
import dev.aligner.onnx.Decoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelConfigTest {

  private final Path directory;

  ModelConfigTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
      2; 2; 2
      [2, 7]; 2,7; 2
      [7, 2, 7]; 2,7; 7
      []; ; 0
      null; ; 0
      """)
  void read_eosTokenId_isOneOrSeveral(String json, String ids, int pad) throws IOException {
    ModelConfig config = read("{}", "{\"eos_token_id\": " + json + "}");

    assertThat(config.eosTokenIds())
        .map(String::valueOf)
        .containsExactlyInAnyOrder(ids == null ? new String[0] : ids.split(",", -1));
    assertThat(config.padTokenId()).as("the first end, else 0").isEqualTo(pad);
  }

  @Test
  void read_generationConfig_winsFieldByField() throws IOException {
    ModelConfig config =
        read(
            "{\"eos_token_id\": 1, \"pad_token_id\": 2, \"decoder_start_token_id\": 3}",
            "{\"eos_token_id\": [11, 12], \"pad_token_id\": null, \"max_new_tokens\": 50}");

    assertThat(config.eosTokenIds()).containsExactlyInAnyOrder(11, 12);
    assertThat(config.padTokenId()).isEqualTo(2);
    assertThat(config.decoderStartTokenId()).hasValue(3);
    assertThat(config.maxNewTokens()).hasValue(50);
    assertThat(config.maxLength()).isEmpty();
  }

  @Test
  void read_withoutGenerationConfig_isConfigAlone() throws IOException {
    ModelConfig config =
        read("{\"eos_token_id\": 1, \"pad_token_id\": 0, \"max_length\": 20}", null);

    assertThat(config.eosTokenIds()).containsExactly(1);
    assertThat(config.padTokenId()).isZero();
    assertThat(config.maxLength()).hasValue(20);
  }

  @Test
  void read_nothingTold_isEmpty() throws IOException {
    ModelConfig config = read("{}", "{}");

    assertThat(config.eosTokenIds()).isEmpty();
    assertThat(config.padTokenId()).isZero();
    assertThat(config.decoderStartTokenId()).isEmpty();
    assertThat(config.vocabSize()).isZero();
    assertThat(config.positions()).isEmpty();
    assertThat(config.maxNewTokens()).isEmpty();
    assertThat(config.maxLength()).isEmpty();
    assertThat(config.heads()).isZero();
    assertThat(config.headDim()).isZero();
  }

  @Test
  void read_decoderStart_isElseTheBeginOfSequence() throws IOException {
    assertThat(read("{\"bos_token_id\": 5}", "{}").decoderStartTokenId()).hasValue(5);
    assertThat(
            read("{\"decoder_start_token_id\": 0}", "{\"bos_token_id\": 5}").decoderStartTokenId())
        .hasValue(0);
  }

  /** The fields of each family as its configurations on the hub have them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
      llama; hidden_size: 4096, num_attention_heads: 32, max_position_embeddings: 2048; 32;128;2048
      llama 3; hidden_size: 4096, num_attention_heads: 32, num_key_value_heads: 8; 8; 128;
      gemma; hidden_size: 2048, num_attention_heads: 8, num_key_value_heads: 1, head_dim: 256; 1;256;
      no head_dim; hidden_size: 64, num_attention_heads: 4, head_dim: null; 4; 16;
      t5; d_model: 512, num_heads: 6, d_kv: 64, relative_attention_num_buckets: 32, n_positions: 512; 6;64;
      bart; d_model: 1024, decoder_attention_heads: 16, encoder_attention_heads: 8, max_position_embeddings: 1024; 16;64;1024
      gpt2; n_embd: 768, n_head: 12, n_positions: 1024, n_ctx: 512; 12; 64; 1024
      openai; n_embd: 768, n_head: 12, n_ctx: 512; 12; 64; 512
      """)
  void read_sizes_ofEachFamily(String family, String fields, int heads, int dim, Integer positions)
      throws IOException {
    String json = "{" + fields.replaceAll("(\\w+):", "\"$1\":") + "}";
    ModelConfig config = read(json, "{}");

    assertThat(config.heads()).as(family).isEqualTo(heads);
    assertThat(config.headDim()).as(family).isEqualTo(dim);
    if (positions == null) {
      assertThat(config.positions()).as(family).isEmpty();
    } else {
      assertThat(config.positions()).as(family).hasValue(positions);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"num_beams\": 2",
        "\"do_sample\": true",
        "\"repetition_penalty\": 1.1",
        "\"encoder_repetition_penalty\": 0.9",
        "\"no_repeat_ngram_size\": 3",
        "\"encoder_no_repeat_ngram_size\": 3",
        "\"bad_words_ids\": [[0]]",
        "\"min_length\": 5",
        "\"min_new_tokens\": 5",
        "\"forced_bos_token_id\": 0",
        "\"forced_eos_token_id\": 2",
        "\"suppress_tokens\": [1]",
        "\"begin_suppress_tokens\": [1]",
        "\"exponential_decay_length_penalty\": [5, 1.1]",
        "\"sequence_bias\": {\"a\": 1}",
        "\"guidance_scale\": 1.5",
        "\"stop_strings\": [\"x\"]",
        "\"penalty_alpha\": 0.6",
        "\"force_words_ids\": [[1]]",
        "\"dola_layers\": \"high\"",
        "\"num_return_sequences\": 2",
        "\"num_beam_groups\": 2"
      })
  void read_notGreedy_isRefusedUnlessTheUserChose(String field) throws IOException {
    write("{}", "{" + field + "}");

    assertThatThrownBy(() -> ModelConfig.read(directory, null))
        .isInstanceOfSatisfying(
            ModelLoadException.class,
            e -> {
              assertThat(e.file()).isEqualTo(directory.resolve("generation_config.json"));
              assertThat(e.found()).contains(field.substring(1, field.indexOf("\":")) + "=");
              assertThat(e.fix()).contains("Decoding.greedy()");
            });
    assertThatCode(() -> ModelConfig.read(directory, Decoding.greedy())).doesNotThrowAnyException();
  }

  @Test
  void read_greedyByItsDefaults_isFine() throws IOException {
    write(
        "{}",
        """
        {"num_beams": 1, "do_sample": false, "repetition_penalty": 1, "no_repeat_ngram_size": 0,
         "min_length": 0, "bad_words_ids": null, "suppress_tokens": [], "temperature": 0.6,
         "top_k": 50, "top_p": 1.0, "length_penalty": 2.0, "early_stopping": true,
         "num_return_sequences": 1, "use_cache": true, "_from_model_config": true}
        """);

    assertThatCode(() -> ModelConfig.read(directory, null)).doesNotThrowAnyException();
  }

  private ModelConfig read(String config, @Nullable String generation) throws IOException {
    write(config, generation);
    return ModelConfig.read(directory, null);
  }

  private void write(String config, @Nullable String generation) throws IOException {
    Files.writeString(directory.resolve("config.json"), config);
    if (generation != null) {
      Files.writeString(directory.resolve("generation_config.json"), generation);
    }
  }
}
