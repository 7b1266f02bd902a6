package dev.aligner.evaluation;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Makes names of fields and values in JSON. */
final class JsonNames {

  private JsonNames() {}

  /** Makes a name of a text: parsers refuse half a surrogate pair in the name of a field. */
  static String name(String text) {
    return StandardCharsets.UTF_8.decode(StandardCharsets.UTF_8.encode(text)).toString();
  }

  static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
