package dev.aligner.evaluation;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a JSON array, or of a file with one object after the other (JSON Lines), one at a
 * time. Not thread-safe.
 */
final class JsonRows implements Closeable {

  private static final String OBJECT = "a JSON object";
  private static final String NO_JSON = "text that is not JSON in UTF-8, or a key that is twice";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final String file;
  private final JsonParser parser;
  private boolean started;
  private boolean inArray;
  private long number;

  private JsonRows(String file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  static JsonRows open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new InvalidRowException(file.toString(), 1, "a file", "a directory");
    }
    return new JsonRows(file.toString(), JSON.createParser(Files.newInputStream(file)));
  }

  /** An object, and where it stands. */
  final class Row {

    private final JsonNode json;
    private final long line;
    private final long number;

    private Row(JsonNode json, long line, long number) {
      this.json = json;
      this.line = line;
      this.number = number;
    }

    /** Returns the number of the object in its file, from 1. */
    long number() {
      return number;
    }

    String required(String field) {
      return text(field)
          .orElseThrow(() -> problem("a string \"" + field + "\"", describe(json.path(field))));
    }

    /** Returns a string, or nothing where the field is missing or null. */
    Optional<String> text(String field) {
      JsonNode value = json.path(field);
      if (value.isTextual()) {
        return Optional.of(value.textValue());
      }
      return missing("a string \"" + field + "\"", value, Optional.empty());
    }

    OptionalDouble number(String field) {
      JsonNode value = json.path(field);
      if (value.isNumber() && Double.isFinite(value.doubleValue())) {
        return OptionalDouble.of(value.doubleValue());
      }
      return missing("a number \"" + field + "\"", value, OptionalDouble.empty());
    }

    JsonNode value(String field) {
      return json.path(field);
    }

    private <T> T missing(String expected, JsonNode value, T nothing) {
      if (!value.isMissingNode() && !value.isNull()) {
        throw problem(expected, describe(value));
      }
      return nothing;
    }

    InvalidRowException problem(String expected, String found) {
      return new InvalidRowException(file, line, expected, found);
    }
  }

  /**
   * Returns the next object.
   *
   * @return the object, or null behind the last one
   * @throws InvalidRowException if there is something else
   */
  @Nullable Row next() throws IOException {
    try {
      JsonToken token = parser.nextToken();
      if (!started && token == JsonToken.START_ARRAY) {
        inArray = true;
        token = parser.nextToken();
      }
      started = true;
      if (inArray && token == JsonToken.END_ARRAY) {
        inArray = false;
        token = parser.nextToken();
        if (token != null) {
          throw problem(line(parser.currentTokenLocation()), "nothing behind the array", "more");
        }
      }
      if (token == null) {
        return null;
      }
      long line = line(parser.currentTokenLocation());
      if (token != JsonToken.START_OBJECT) {
        throw problem(line, OBJECT, describe(token));
      }
      return new Row(JSON.readTree(parser), line, ++number);
    } catch (JacksonException e) {
      // Jackson's own message may quote the file.
      throw problem(line(e.getLocation()), OBJECT, NO_JSON);
    }
  }

  private InvalidRowException problem(long line, String expected, String found) {
    return new InvalidRowException(file, line, expected, found);
  }

  private static long line(@Nullable JsonLocation location) {
    return location == null ? 1 : Math.max(1, location.getLineNr());
  }

  private static String describe(JsonToken token) {
    return switch (token) {
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case VALUE_NULL -> "null";
      default -> "something else";
    };
  }

  static String describe(JsonNode value) {
    return switch (value.getNodeType()) {
      case MISSING -> "no such key";
      case OBJECT -> "an object";
      case ARRAY -> "an array";
      case STRING -> "a string";
      case NUMBER -> "a number";
      case BOOLEAN -> "a boolean";
      case NULL -> "null";
      default -> "something else";
    };
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
