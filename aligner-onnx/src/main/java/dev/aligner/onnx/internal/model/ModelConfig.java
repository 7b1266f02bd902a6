package dev.aligner.onnx.internal.model;

import dev.aligner.ModelLoadException;
import dev.aligner.onnx.Decoding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code config.json} and {@code generation_config.json} tell of a model. The fields of
 * generation_config.json win, as in transformers; one that is missing there is looked up in
 * config.json.
 *
 * @param eosTokenIds the end-of-sequence tokens, maybe none
 * @param padTokenId the padding token, else an end-of-sequence token, else 0
 * @param decoderStartTokenId what an encoder-decoder's decoder reads first, if told
 * @param vocabSize size of the vocabulary, 0 if not told
 * @param positions how many positions the model has; empty where they have no bound
 * @param maxNewTokens the longest output, if told
 * @param maxLength the longest prompt and output of a decoder, or output of an encoder-decoder with
 *     its start token, if told
 * @param heads number of key-value heads, 0 if not told
 * @param headDim size of a head, 0 if not told
 */
public record ModelConfig(
    Set<Integer> eosTokenIds,
    int padTokenId,
    OptionalInt decoderStartTokenId,
    int vocabSize,
    OptionalInt positions,
    OptionalInt maxNewTokens,
    OptionalInt maxLength,
    int heads,
    int headDim) {

  /** Settings of transformers that are not greedy search, and the values that turn them off. */
  private static final Map<String, List<String>> NOT_GREEDY =
      Map.ofEntries(
          Map.entry("num_beams", List.of("1")),
          Map.entry("do_sample", List.of("false")),
          Map.entry("repetition_penalty", List.of("1.0", "1")),
          Map.entry("encoder_repetition_penalty", List.of("1.0", "1")),
          Map.entry("no_repeat_ngram_size", List.of("0")),
          Map.entry("encoder_no_repeat_ngram_size", List.of("0")),
          Map.entry("bad_words_ids", List.of("[]")),
          Map.entry("min_length", List.of("0")),
          Map.entry("min_new_tokens", List.of("0")),
          Map.entry("forced_bos_token_id", List.of()),
          Map.entry("forced_eos_token_id", List.of()),
          Map.entry("suppress_tokens", List.of("[]")),
          Map.entry("begin_suppress_tokens", List.of("[]")),
          Map.entry("exponential_decay_length_penalty", List.of()),
          Map.entry("sequence_bias", List.of("{}", "[]")),
          Map.entry("guidance_scale", List.of("1.0", "1")),
          Map.entry("stop_strings", List.of("[]")),
          Map.entry("penalty_alpha", List.of("0.0", "0")),
          Map.entry("force_words_ids", List.of("[]")),
          Map.entry("constraints", List.of("[]")),
          Map.entry("forced_decoder_ids", List.of("[]")),
          Map.entry("dola_layers", List.of()),
          Map.entry("watermarking_config", List.of()),
          Map.entry("num_return_sequences", List.of("1")),
          Map.entry("num_beam_groups", List.of("1")));

  /**
   * Reads the files of a model directory.
   *
   * @param decoding the user's choice, or null to do what generation_config.json says
   * @throws ModelLoadException if a file is unreadable, or asks for decoding that this release
   *     cannot do and the user chose none
   */
  static ModelConfig read(Path directory, @Nullable Decoding decoding) {
    JsonFile config = JsonFile.read(directory.resolve("config.json"));
    JsonFile generation = JsonFile.read(generationFile(directory));
    if (decoding == null) {
      requireGreedy(generation);
    }
    Set<Integer> eos = generation.integers("eos_token_id");
    if (eos.isEmpty()) {
      eos = config.integers("eos_token_id");
    }
    OptionalInt pad = first(generation, config, "pad_token_id");
    OptionalInt start = first(generation, config, "decoder_start_token_id");
    int attentionHeads =
        firstOf(config, "decoder_attention_heads", "num_attention_heads", "num_heads", "n_head");
    int hidden = firstOf(config, "hidden_size", "d_model", "n_embd");
    int headDim = firstOf(config, "head_dim", "d_kv");
    int keyValueHeads = firstOf(config, "num_key_value_heads");
    return new ModelConfig(
        Set.copyOf(eos),
        pad.orElse(eos.isEmpty() ? 0 : eos.iterator().next()),
        start.isPresent() ? start : first(generation, config, "bos_token_id"),
        config.positive("vocab_size").orElse(0),
        positions(config),
        generation.positive("max_new_tokens"),
        generation.positive("max_length"),
        keyValueHeads > 0 ? keyValueHeads : attentionHeads,
        headDim > 0 || attentionHeads == 0 ? headDim : hidden / attentionHeads);
  }

  /** Returns how tokens are chosen where the user leaves it open. */
  public Decoding decoding() {
    return Decoding.greedy();
  }

  /** Returns generation_config.json, or config.json where there is none, as transformers does. */
  static Path generationFile(Path directory) {
    Path file = directory.resolve("generation_config.json");
    return Files.exists(file) ? file : directory.resolve("config.json");
  }

  /** Relative positions have no bound, whatever {@code n_positions} says. */
  private static OptionalInt positions(JsonFile config) {
    if (config.has("relative_attention_num_buckets")) {
      return OptionalInt.empty();
    }
    int positions = firstOf(config, "max_position_embeddings", "n_positions", "n_ctx");
    return positions > 0 ? OptionalInt.of(positions) : OptionalInt.empty();
  }

  private static void requireGreedy(JsonFile generation) {
    List<String> others = new ArrayList<>();
    NOT_GREEDY.forEach(
        (field, off) -> {
          if (generation.has(field) && !off.contains(generation.node(field).toString())) {
            others.add(field + "=" + generation.node(field));
          }
        });
    if (!others.isEmpty()) {
      throw new ModelLoadException(
          generation.file(),
          "greedy decoding, which is all that this release does",
          others.stream().sorted().toList().toString(),
          "choose Decoding.greedy() on the builder to ignore these, or remove them");
    }
  }

  private static OptionalInt first(JsonFile generation, JsonFile config, String field) {
    OptionalInt value = generation.integer(field);
    return value.isPresent() ? value : config.integer(field);
  }

  private static int firstOf(JsonFile config, String... fields) {
    for (String field : fields) {
      OptionalInt value = config.integer(field);
      if (value.isPresent()) {
        return value.getAsInt();
      }
    }
    return 0;
  }
}
