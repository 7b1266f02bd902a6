package dev.aligner.onnx.internal.model;

import java.util.OptionalInt;

/**
 * The sizes of a model that a configuration file tells.
 *
 * @param vocabSize size of the vocabulary, 0 if not told
 * @param positions how many positions the model has; empty where they have no bound
 * @param heads number of key-value heads, 0 if not told
 * @param headDim size of a head, 0 if not told
 */
record ModelSizes(int vocabSize, OptionalInt positions, int heads, int headDim) {

  /** Reads config.json of transformers, where each family has its own names. */
  static ModelSizes of(JsonFile config) {
    int attentionHeads =
        firstOf(config, "decoder_attention_heads", "num_attention_heads", "num_heads", "n_head");
    return new ModelSizes(
        config.positive("vocab_size").orElse(0),
        positionsOf(config),
        firstNonZero(firstOf(config, "num_key_value_heads"), attentionHeads),
        headDim(
            firstOf(config, "head_dim", "d_kv"),
            firstOf(config, "hidden_size", "d_model", "n_embd"),
            attentionHeads));
  }

  /** Takes those of onnxruntime-genai. */
  static ModelSizes of(GenAiConfig genAi) {
    GenAiDecoder decoder = genAi.decoder();
    return new ModelSizes(
        genAi.vocabSize(),
        genAi.positions(),
        firstNonZero(decoder.keyValueHeads(), decoder.attentionHeads()),
        headDim(decoder.headSize(), decoder.hiddenSize(), decoder.attentionHeads()));
  }

  private static int headDim(int told, int hidden, int attentionHeads) {
    return told > 0 || attentionHeads == 0 ? told : hidden / attentionHeads;
  }

  /** Relative positions have no bound, whatever {@code n_positions} says. */
  private static OptionalInt positionsOf(JsonFile config) {
    if (config.has("relative_attention_num_buckets")) {
      return OptionalInt.empty();
    }
    int positions = firstOf(config, "max_position_embeddings", "n_positions", "n_ctx");
    return positions > 0 ? OptionalInt.of(positions) : OptionalInt.empty();
  }

  private static int firstNonZero(int one, int other) {
    return one > 0 ? one : other;
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
