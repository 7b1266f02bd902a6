package dev.aligner.examples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.aligner.onnx.DecodingOption.ExponentialDecay;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads those values of {@link DecodingOptions} that are more than a number or a list of them. */
final class DecodingValues {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private DecodingValues() {}

  /** Reads sequences of ids: {@code 5,6;7} or {@code [[5,6],[7]]}. */
  static List<List<Integer>> sequences(String text) {
    String expected = "--bad-words-ids like \"5,6;7\" or [[5,6],[7]]";
    String json = text.strip().startsWith("[") ? text : "[[" + text.replace(";", "],[") + "]]";
    List<List<Integer>> sequences = new ArrayList<>();
    for (JsonNode sequence : list(json, expected, text)) {
      sequences.add(ids(sequence, expected, text));
    }
    return sequences;
  }

  /** Reads what sequences of ids gain: {@code [[[5,6],-1.5],[[7],2.0]]}. */
  static Map<List<Integer>, Double> biases(String text) {
    String expected = "--sequence-bias like [[[5,6],-1.5],[[7],2.0]]";
    Map<List<Integer>, Double> biases = new LinkedHashMap<>();
    for (JsonNode pair : list(text, expected, text)) {
      if (!pair.isArray() || pair.size() != 2 || !pair.path(1).isNumber()) {
        throw wrong(expected, text);
      }
      biases.put(ids(pair.path(0), expected, text), pair.path(1).doubleValue());
    }
    return biases;
  }

  /** Reads a start and a factor: {@code 20,1.05}. */
  static ExponentialDecay decay(String text) {
    String[] parts = text.split(",", -1);
    try {
      if (parts.length == 2) {
        return new ExponentialDecay(
            Integer.parseInt(parts[0].strip()), Double.parseDouble(parts[1].strip()));
      }
    } catch (IllegalArgumentException e) {
      // told below, with the name of the option
    }
    throw wrong(
        "--exponential-decay-length-penalty like 20,1.05, a start of 0 or more and a factor above 0",
        text);
  }

  private static JsonNode list(String json, String expected, String found) {
    try {
      JsonNode list = JSON.readTree(json);
      if (list.isArray()) {
        return list;
      }
    } catch (JsonProcessingException e) {
      // told below, without quoting the parser
    }
    throw wrong(expected, found);
  }

  private static List<Integer> ids(JsonNode list, String expected, String found) {
    List<Integer> ids = new ArrayList<>();
    for (JsonNode id : list) {
      if (!id.isInt() || id.intValue() < 0) {
        throw wrong(expected, found);
      }
      ids.add(id.intValue());
    }
    if (!list.isArray() || ids.isEmpty()) {
      throw wrong(expected, found);
    }
    return ids;
  }

  private static IllegalArgumentException wrong(String expected, String found) {
    return new IllegalArgumentException("expected " + expected + "; found " + found);
  }
}
