package dev.aligner.onnx.internal.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The settings of transformers that change what is written and that this release cannot do. What
 * only tells how to compute or what to return, such as {@code use_cache}, is not among them and is
 * ignored.
 */
final class UnsupportedSettings {

  /** Each setting with the values that turn it off, beside null. */
  private static final Map<String, List<String>> OFF =
      Map.ofEntries(
          Map.entry("guidance_scale", List.of("1.0", "1")),
          Map.entry("constraints", List.of("[]")),
          Map.entry("force_words_ids", List.of("[]")),
          Map.entry("forced_decoder_ids", List.of("[]")),
          Map.entry("dola_layers", List.of()),
          Map.entry("watermarking_config", List.of()),
          Map.entry("num_beam_groups", List.of("1")),
          Map.entry("prompt_lookup_num_tokens", List.of()),
          Map.entry("assistant_early_exit", List.of()),
          Map.entry("token_healing", List.of("false")),
          Map.entry("max_time", List.of()));

  private UnsupportedSettings() {}

  /** Returns what an object asks for in vain, each as {@code name=value}, sorted. */
  static List<String> in(JsonFile json) {
    return Stream.concat(
            OFF.keySet().stream().filter(json::has).filter(field -> !isOff(json, field)),
            contrastive(json) ? Stream.of("penalty_alpha") : Stream.empty())
        .sorted()
        .map(field -> field + "=" + shortened(json.node(field).toString()))
        .toList();
  }

  private static boolean isOff(JsonFile json, String field) {
    return OFF.getOrDefault(field, List.of()).contains(json.node(field).toString());
  }

  /** Contrastive search needs all of these; with a part of them transformers searches greedily. */
  private static boolean contrastive(JsonFile json) {
    JsonNode topK = json.node("top_k");
    return json.has("penalty_alpha")
        && json.node("penalty_alpha").asDouble(1) > 0
        && (topK.isMissingNode() || topK.asDouble(0) > 1)
        && !json.node("do_sample").asBoolean(false)
        && json.node("num_beams").asInt(1) == 1;
  }

  private static String shortened(String value) {
    return value.length() > 100 ? value.substring(0, 100) + "..." : value;
  }
}
