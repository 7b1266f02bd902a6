package dev.aligner.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Spells JSON so that UTF-8 can hold it: of a surrogate pair without its half, an escape. */
final class JsonText {

  static final JsonMapper MAPPER = new JsonMapper();

  private JsonText() {}

  static String compact(ObjectNode json) {
    try {
      return escapeLoneSurrogates(MAPPER.writeValueAsString(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values cannot fail to be written", e);
    }
  }

  static String pretty(ObjectNode json) {
    try {
      return escapeLoneSurrogates(MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values cannot fail to be written", e);
    }
  }

  /** Makes a name of a text: parsers refuse half a surrogate pair in the name of a field. */
  static String name(String text) {
    return StandardCharsets.UTF_8.decode(StandardCharsets.UTF_8.encode(text)).toString();
  }

  static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String escapeLoneSurrogates(String json) {
    StringBuilder escaped = new StringBuilder(json.length());
    json.codePoints()
        .forEach(
            c -> {
              if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                escaped.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                escaped.appendCodePoint(c);
              }
            });
    return escaped.toString();
  }
}
