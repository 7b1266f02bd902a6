package dev.aligner.internal.jsonl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Locale;

/** Spells JSON so that UTF-8 can hold it: of a surrogate pair without its half, an escape. */
public final class JsonText {

  private static final JsonMapper JSON = new JsonMapper();

  private JsonText() {}

  /**
   * Spells a JSON value on one line; what UTF-8 cannot hold is escaped.
   *
   * @param json the value
   * @return its text, without a line feed
   */
  public static String of(JsonNode json) {
    try {
      return escapeLoneSurrogates(JSON.writeValueAsString(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values cannot fail to be written", e);
    }
  }

  /**
   * Spells a JSON value on several lines, for people; what UTF-8 cannot hold is escaped.
   *
   * @param json the value
   * @return its text, indented
   */
  public static String pretty(JsonNode json) {
    try {
      return escapeLoneSurrogates(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values cannot fail to be written", e);
    }
  }

  /**
   * Returns what a failure has to say, on one line; its class if nothing.
   *
   * @param failure what went wrong
   * @return one line
   */
  public static String message(Throwable failure) {
    String message = failure.getMessage();
    return message == null
        ? failure.getClass().getSimpleName()
        : message.strip().replaceAll("\\s*\\R\\s*", " ");
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
