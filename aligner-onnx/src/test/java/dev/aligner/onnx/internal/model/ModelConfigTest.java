package dev.aligner.onnx.internal.model;

import static dev.aligner.onnx.DecodingOption.NUM_BEAMS;
import static dev.aligner.onnx.DecodingOption.TOP_K;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @Test
  void read_generationConfig_tellsHowToDecode() throws IOException {
    ModelConfig config = read("{\"num_beams\": 2, \"top_k\": 9}", "{\"num_beams\": 4}");

    assertThat(config.decoding().options().find(NUM_BEAMS)).contains(4);
    assertThat(config.decoding().options().find(TOP_K))
        .as("where there is a generation_config.json, config.json tells nothing")
        .isEmpty();
    assertThat(config.decoding().file()).isEqualTo(directory.resolve("generation_config.json"));
  }

  @Test
  void read_withoutGenerationConfig_configTellsHowToDecode() throws IOException {
    ModelConfig config = read("{\"num_beams\": 2, \"top_k\": null}", null);

    assertThat(config.decoding().options().find(NUM_BEAMS)).contains(2);
    assertThat(config.decoding().options().find(TOP_K)).as("null says nothing there").isEmpty();
    assertThat(config.decoding().file()).isEqualTo(directory.resolve("config.json"));
  }

  @Test
  void read_genAiConfigAlone_tellsAll() throws IOException {
    Files.writeString(directory.resolve("genai_config.json"), GenAiConfigTest.WRITTEN);

    ModelConfig config = ModelConfig.read(directory);

    assertThat(config.eosTokenIds()).containsExactlyInAnyOrder(2, 7);
    assertThat(config.padTokenId()).isEqualTo(3);
    assertThat(config.decoderStartTokenId()).hasValue(1);
    assertThat(config.vocabSize()).isEqualTo(384);
    assertThat(config.positions()).hasValue(512);
    assertThat(config.heads()).isEqualTo(2);
    assertThat(config.headDim()).isEqualTo(16);
    assertThat(config.maxLength()).hasValue(512);
    assertThat(config.decoding().options().find(TOP_K)).contains(20);
    assertThat(ModelConfig.generationFile(directory))
        .isEqualTo(directory.resolve("genai_config.json"));
  }

  @Test
  void read_genAiConfigBesideOthers_isBetweenThem() throws IOException {
    Files.writeString(directory.resolve("genai_config.json"), GenAiConfigTest.WRITTEN);
    String config = "{\"vocab_size\": 99, \"eos_token_id\": 4, \"pad_token_id\": 5, \"top_k\": 1}";

    ModelConfig without = read(config, null);
    ModelConfig with = read(config, "{\"eos_token_id\": 6}");

    assertThat(without.vocabSize()).isEqualTo(99);
    assertThat(without.eosTokenIds()).containsExactlyInAnyOrder(2, 7);
    assertThat(without.decoding().options().find(TOP_K)).contains(20);
    assertThat(with.eosTokenIds()).containsExactly(6);
    assertThat(with.padTokenId()).isEqualTo(3);
    assertThat(with.decoding().options().find(TOP_K)).isEmpty();
  }

  private ModelConfig read(String config, @Nullable String generation) throws IOException {
    write(config, generation);
    return ModelConfig.read(directory);
  }

  private void write(String config, @Nullable String generation) throws IOException {
    Files.writeString(directory.resolve("config.json"), config);
    if (generation != null) {
      Files.writeString(directory.resolve("generation_config.json"), generation);
    }
  }
}
