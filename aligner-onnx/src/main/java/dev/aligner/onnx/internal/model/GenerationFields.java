package dev.aligner.onnx.internal.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aligner.ModelLoadException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The fields of a generation configuration by their types. Each is empty where the field is absent
 * or null; one of another type is a {@link ModelLoadException}.
 *
 * @param json the object that has the fields
 */
record GenerationFields(JsonFile json) {

  Optional<Boolean> flag(String field) {
    return present(field)
        .map(value -> checked(value.isBoolean(), field, "true or false").booleanValue());
  }

  Optional<Integer> integer(String field) {
    return present(field).map(value -> checked(isInt(value), field, "an integer").intValue());
  }

  /** Reads a size that is off where it is 0 or less. */
  Optional<Integer> size(String field) {
    return integer(field).map(value -> Math.max(value, 0));
  }

  Optional<Double> number(String field) {
    return present(field).map(value -> checked(value.isNumber(), field, "a number").doubleValue());
  }

  /** Reads one id or a list of ids. */
  Optional<Set<Integer>> ids(String field) {
    return present(field).map(value -> json.integers(field));
  }

  /** Reads one text or a list of texts. */
  Optional<List<String>> texts(String field) {
    return present(field).map(value -> value.isTextual() ? List.of(value.textValue()) : all(field));
  }

  private List<String> all(String field) {
    List<String> texts = new ArrayList<>();
    for (JsonNode element : elements(field, "a string or a list of strings")) {
      checked(element.isTextual(), field, "a string or a list of strings");
      texts.add(element.textValue());
    }
    return List.copyOf(texts);
  }

  /** Reads a list of lists of ids. */
  Optional<List<List<Integer>>> sequences(String field) {
    return present(field).map(value -> sequences(field, "a list of lists of ids"));
  }

  private List<List<Integer>> sequences(String field, String expected) {
    List<List<Integer>> sequences = new ArrayList<>();
    for (JsonNode sequence : elements(field, expected)) {
      sequences.add(sequence(field, expected, sequence));
    }
    return List.copyOf(sequences);
  }

  /**
   * Reads a list of pairs, each of a list of ids and a number, the last pair for a list winning.
   */
  Optional<Map<List<Integer>, Double>> biases(String field) {
    String expected = "a list of pairs [[ids], bias]";
    if (json.node(field).isObject() && json.node(field).isEmpty()) {
      return Optional.empty();
    }
    return present(field).map(value -> biases(field, expected));
  }

  private Map<List<Integer>, Double> biases(String field, String expected) {
    Map<List<Integer>, Double> biases = new LinkedHashMap<>();
    for (JsonNode pair : elements(field, expected)) {
      JsonNode bias = pair.path(1);
      boolean holds =
          pair.isArray() && pair.size() == 2 && bias.isNumber() && !Double.isNaN(bias.asDouble());
      checked(holds, field, expected);
      biases.put(sequence(field, expected, pair.path(0)), bias.doubleValue());
    }
    return biases;
  }

  private List<Integer> sequence(String field, String expected, JsonNode sequence) {
    List<Integer> ids = new ArrayList<>();
    checked(sequence.isArray() && !sequence.isEmpty(), field, expected + ", none empty");
    for (JsonNode id : sequence) {
      checked(isInt(id) && id.intValue() >= 0, field, expected + ", each 0 or more");
      ids.add(id.intValue());
    }
    return List.copyOf(ids);
  }

  private JsonNode elements(String field, String expected) {
    return checked(json.node(field).isArray(), field, expected);
  }

  private Optional<JsonNode> present(String field) {
    return json.has(field) ? Optional.of(json.node(field)) : Optional.empty();
  }

  /** Returns the field if its value is as expected. */
  private JsonNode checked(boolean holds, String field, String expected) {
    if (!holds) {
      throw json.wrong(field, expected, json.node(field));
    }
    return json.node(field);
  }

  private static boolean isInt(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToInt();
  }
}
