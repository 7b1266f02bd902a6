package dev.aligner.dataset;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aligner.internal.jsonl.JsonText;

/** The JSON of rows. Thread-safe. */
final class RowJson {

  private static final JsonMapper MAPPER = new JsonMapper();

  private RowJson() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** Spells an object on what everybody takes for one line. */
  static String text(ObjectNode json) {
    return JsonText.of(json)
        .replace("\u0085", "\\u0085")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029");
  }

  static String lengths(String first, String second, String third) {
    return first.length() + ", " + second.length() + ", " + third.length() + " chars";
  }
}
