package dev.aligner.onnx.internal.model;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.aligner.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** A JSON object in a file, read with clear errors. A field that is null counts as absent. */
public final class JsonFile {

  /** Python writes NaN and Infinity, and refuses text after the object, as this does. */
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final long MAX_BYTES = 16L << 20;

  private final Path file;
  private final String prefix;
  private final JsonNode root;

  private JsonFile(Path file, String prefix, JsonNode root) {
    this.file = file;
    this.prefix = prefix;
    this.root = root;
  }

  /**
   * Reads a file.
   *
   * @throws ModelLoadException if it is missing or not a JSON object
   */
  public static JsonFile read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new ModelLoadException(
            file,
            "a configuration of at most " + MAX_BYTES + " bytes",
            Files.size(file) + " bytes",
            "copy the file from the exported model again");
      }
      JsonNode root = MAPPER.readTree(file.toFile());
      if (root == null || !root.isObject()) {
        throw new ModelLoadException(
            file,
            "a JSON object",
            root == null || root.isMissingNode() ? "an empty file" : "JSON of another kind",
            "copy the file from the exported model again");
      }
      return new JsonFile(file, "", root);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw new ModelLoadException(
          file,
          "a JSON object",
          "text that is not JSON"
              + (at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr()),
          "copy the file from the exported model again",
          e);
    } catch (IOException e) {
      throw new ModelLoadException(
          file,
          "a readable file",
          Files.exists(file) ? "one that cannot be read" : "no such file",
          "copy it from the exported model; optimum writes it beside the graphs",
          e);
    }
  }

  public Path file() {
    return file;
  }

  /**
   * Returns an object inside this one, whose fields are called by their whole path in messages.
   *
   * @throws ModelLoadException if it is missing or not an object
   */
  JsonFile object(String field) {
    JsonNode value = root.path(field);
    if (!value.isObject()) {
      throw wrong(field, "an object", value);
    }
    return new JsonFile(file, prefix + field + ".", value);
  }

  /** Returns this object without any of its fields. */
  JsonFile without() {
    return new JsonFile(file, prefix, MAPPER.createObjectNode());
  }

  /** Returns the fields in the order of the file. */
  Set<Map.Entry<String, JsonNode>> properties() {
    return root.properties();
  }

  OptionalInt integer(String field) {
    JsonNode value = root.path(field);
    if (absent(value)) {
      return OptionalInt.empty();
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0) {
      throw wrong(field, "an integer of 0 or more", value);
    }
    return OptionalInt.of(value.intValue());
  }

  OptionalInt positive(String field) {
    OptionalInt value = integer(field);
    if (value.isPresent() && value.getAsInt() == 0) {
      throw wrong(field, "an integer of 1 or more", root.path(field));
    }
    return value;
  }

  /** Reads an integer or a list of integers. */
  Set<Integer> integers(String field) {
    JsonNode value = root.path(field);
    Set<Integer> integers = new LinkedHashSet<>();
    if (value.isArray()) {
      for (JsonNode element : value) {
        if (!element.isIntegralNumber() || !element.canConvertToInt() || element.intValue() < 0) {
          throw wrong(field, "integers of 0 or more", value);
        }
        integers.add(element.intValue());
      }
    } else {
      integer(field).ifPresent(integers::add);
    }
    return integers;
  }

  Optional<String> string(String field) {
    JsonNode value = root.path(field);
    if (absent(value)) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw wrong(field, "a string", value);
    }
    return Optional.of(value.textValue());
  }

  public boolean has(String field) {
    return !absent(root.path(field));
  }

  public JsonNode node(String field) {
    return root.path(field);
  }

  /**
   * Checks that there are no fields but these.
   *
   * @throws ModelLoadException if there is another, such as a misspelt one
   */
  void allow(Set<String> fields) {
    Set<String> unknown = new TreeSet<>();
    root.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(fields);
    if (!unknown.isEmpty()) {
      throw new ModelLoadException(
          file,
          "fields among " + new TreeSet<>(fields),
          "also " + unknown,
          "remove or rename them");
    }
  }

  public ModelLoadException wrong(String field, String expected, JsonNode found) {
    String text = found.isMissingNode() ? "no such field" : found.toString();
    return new ModelLoadException(
        file,
        "\"" + prefix + field + "\" to be " + expected,
        text.length() > 100 ? text.substring(0, 100) + "..." : text,
        "correct the field");
  }

  private static boolean absent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }
}
