package dev.aligner.onnx.internal.session;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which inputs and outputs of a graph are the KV cache, told by their names: those of the Hugging
 * Face exporters, or those that a genai_config.json tells.
 */
final class KvNames {

  /** The names of the Hugging Face exporters. */
  static final KvNames HUGGING_FACE = new KvNames(Map.of());

  private static final Pattern PAST =
      Pattern.compile("past_key_values\\.\\d+\\.(?:(decoder|encoder)\\.)?(?:key|value|key_value)");

  private final Map<String, String> presents;

  private KvNames(Map<String, String> presents) {
    this.presents = presents;
  }

  /**
   * Returns names that a configuration tells as patterns.
   *
   * @param presentByPast the pattern of an output by that of its input, as {@code
   *     past_key_values.%d.key}
   * @param layers how many layers have a cache
   */
  static KvNames ofPatterns(Map<String, String> presentByPast, int layers) {
    Map<String, String> names = new HashMap<>();
    presentByPast.forEach(
        (past, present) -> {
          for (int layer = 0; layer < layers; layer++) {
            names.put(
                past.replace("%d", String.valueOf(layer)),
                present.replace("%d", String.valueOf(layer)));
          }
        });
    return new KvNames(names);
  }

  /** Finds what an input is of the cache; empty if it is no part of it. */
  Optional<Name> find(String input) {
    String present = presents.get(input);
    if (present != null) {
      return Optional.of(new Name(present, false));
    }
    Matcher past = PAST.matcher(input);
    return past.matches()
        ? Optional.of(
            new Name(
                input.replace("past_key_values.", "present."), "encoder".equals(past.group(1))))
        : Optional.empty();
  }

  /** Tells whether an output is one that a cache leaves by. */
  boolean isPresent(String output) {
    return output.startsWith("present.") || presents.containsValue(output);
  }

  /**
   * The other side of an input.
   *
   * @param present the output it leaves by
   * @param cross whether it is the encoder's
   */
  record Name(String present, boolean cross) {}
}
