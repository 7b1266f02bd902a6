package dev.aligner.internal.jsonl;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * One line of a JSONL file: a JSON object whose fields are kept as they were spelled, so that what
 * is not ours is handed on character by character (numbers of any precision, escapes and all).
 *
 * <p>Immutable and thread-safe.
 */
public final class JsonLine {

  private static final JsonFactory JSON = new JsonFactory();
  private static final String EXPECTED = "a JSON object";

  private final Map<String, Field> fields;

  private JsonLine(Map<String, Field> fields) {
    this.fields = fields;
  }

  private record Field(String rawName, String rawValue, JsonToken token, @Nullable String text) {}

  /**
   * Parses a line.
   *
   * @throws BadLineException if it is not one JSON object, or nested deeper than 1000 levels, or
   *     has a key twice
   */
  public static JsonLine parse(String line) throws BadLineException {
    try (JsonParser parser = JSON.createParser(line)) {
      JsonToken first = parser.nextToken();
      if (first != JsonToken.START_OBJECT) {
        throw new BadLineException(EXPECTED, describe(first));
      }
      Map<String, Field> fields = new LinkedHashMap<>();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        if (fields.put(parser.currentName(), field(line, parser)) != null) {
          throw new BadLineException("each key once", "one that is there twice");
        }
      }
      if (parser.nextToken() != null) {
        throw new BadLineException("one JSON object", "more after it");
      }
      return new JsonLine(fields);
    } catch (JacksonException e) {
      // Jackson's own message may quote the line.
      String where = e.getLocation() == null ? "" : " at column " + e.getLocation().getColumnNr();
      throw new BadLineException(EXPECTED, "text that is none" + where);
    } catch (IOException e) {
      throw new IllegalStateException("a string cannot fail to be read", e);
    }
  }

  private static Field field(String line, JsonParser parser) throws IOException {
    String rawName = line.substring(start(parser), endOfString(line, start(parser)));
    JsonToken token = parser.nextToken();
    int start = start(parser);
    String text = token == JsonToken.VALUE_STRING ? parser.getText() : null;
    parser.skipChildren();
    parser.finishToken();
    int end = Math.toIntExact(parser.currentLocation().getCharOffset());
    return new Field(rawName, line.substring(start, end), token, text);
  }

  private static int start(JsonParser parser) {
    return Math.toIntExact(parser.currentTokenLocation().getCharOffset());
  }

  /** The parser is behind the colon already when it reports a name. */
  private static int endOfString(String line, int start) {
    int end = start + 1;
    while (line.charAt(end) != '"') {
      end += line.charAt(end) == '\\' ? 2 : 1;
    }
    return end + 1;
  }

  /**
   * Tells whether the object has a field.
   *
   * @param name its name
   * @return true if it is there, whatever its value
   */
  public boolean has(String name) {
    return fields.containsKey(name);
  }

  /**
   * Returns the value of a field that must be a string.
   *
   * @throws BadLineException if it is missing or no string
   */
  public String string(String name) throws BadLineException {
    Field field = fields.get(name);
    String text = field == null ? null : field.text;
    if (text == null) {
      throw new BadLineException(
          "\"" + name + "\" to be a string", field == null ? "no such key" : describe(field.token));
    }
    return text;
  }

  /**
   * Returns the value of a field that must be an integer.
   *
   * @throws BadLineException if it is missing or no integer
   */
  public long integer(String name) throws BadLineException {
    Field field = fields.get(name);
    try {
      return Long.parseLong(field == null ? "" : field.rawValue);
    } catch (NumberFormatException e) {
      throw new BadLineException(
          "\"" + name + "\" to be an integer",
          field == null ? "no such key" : describe(field.token));
    }
  }

  /**
   * Spells the object without some of its fields and without the brace at its end.
   *
   * @param names the fields to leave out
   * @return all other fields, in order and as they were spelled
   */
  public String openWithout(Set<String> names) {
    StringJoiner object = new StringJoiner(",", "{", "");
    fields.forEach(
        (name, field) -> {
          if (!names.contains(name)) {
            object.add(field.rawName + ":" + field.rawValue);
          }
        });
    return object.toString();
  }

  private static String describe(@Nullable JsonToken token) {
    if (token == null) {
      return "nothing";
    }
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case VALUE_NULL -> "null";
      default -> "text that is none";
    };
  }
}
