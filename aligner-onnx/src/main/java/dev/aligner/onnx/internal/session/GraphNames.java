package dev.aligner.onnx.internal.session;

import dev.aligner.onnx.internal.model.GenAiDecoder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the inputs and outputs of a decoder graph are, told by their names: those of the Hugging
 * Face exporters, or those that a genai_config.json tells.
 */
final class GraphNames {

  /** The names of the Hugging Face exporters. */
  static final GraphNames HUGGING_FACE = new GraphNames(Map.of(), List.of());

  private static final Pattern PAST =
      Pattern.compile("past_key_values\\.\\d+\\.(?:(decoder|encoder)\\.)?(?:key|value|key_value)");

  private static final String LAYER = "%d";

  private final Map<String, String> roles;
  private final List<Layered> caches;

  private GraphNames(Map<String, String> roles, List<Layered> caches) {
    this.roles = roles;
    this.caches = caches;
  }

  /** Returns the names that a genai_config.json tells. */
  static GraphNames of(GenAiDecoder genAi) {
    Map<String, String> roles = new HashMap<>();
    genAi.inputs().forEach((role, name) -> roles.put(name, role));
    genAi.outputs().forEach((role, name) -> roles.put(name, role));
    return new GraphNames(
        roles,
        List.of(
            Layered.of(genAi.pastKeyPattern(), genAi.presentKeyPattern()),
            Layered.of(genAi.pastValuePattern(), genAi.presentValuePattern())));
  }

  /** Returns what an input or output is that is no part of the cache. */
  String role(String name) {
    return roles.getOrDefault(name, name);
  }

  /** Finds what an input is of the cache; empty if it is no part of it. */
  Optional<Cache> cache(String input) {
    for (Layered layered : caches) {
      Matcher past = layered.past.matcher(input);
      if (past.matches()) {
        return Optional.of(new Cache(layered.present.replace(LAYER, past.group(1)), false));
      }
    }
    Matcher past = PAST.matcher(input);
    return past.matches()
        ? Optional.of(
            new Cache(
                input.replace("past_key_values.", "present."), "encoder".equals(past.group(1))))
        : Optional.empty();
  }

  /**
   * The other side of an input of the cache.
   *
   * @param present the output it leaves by
   * @param cross whether it is the encoder's
   */
  record Cache(String present, boolean cross) {}

  /** The names of a cache in each layer. */
  private record Layered(Pattern past, String present) {

    static Layered of(String past, String present) {
      int layer = past.indexOf(LAYER);
      return new Layered(
          Pattern.compile(
              Pattern.quote(past.substring(0, layer))
                  + "(\\d+)"
                  + Pattern.quote(past.substring(layer + LAYER.length()))),
          present);
    }
  }
}
