package dev.aligner.onnx.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.EarlyStopping;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What {@code generate} of transformers made of a prompt under some options; written by
 * src/test/goldens, which also tells the versions.
 *
 * @param name what the case is about
 * @param inputIds the prompt
 * @param maxNewTokens the limit of the output, 0 for the model's
 * @param decoding the options over those of the model
 * @param sequences the outputs, the best first
 */
public record DecodingGolden(
    String name, int[] inputIds, int maxNewTokens, Decoding decoding, List<Sequence> sequences) {

  /**
   * One output.
   *
   * @param score the score of beam search, or NaN
   */
  public record Sequence(int[] tokenIds, double score, String finishReason) {}

  /** Reads the goldens of a file, and fails if there are hardly any. */
  public static List<DecodingGolden> of(Path file, int atLeast) {
    List<DecodingGolden> cases = new ArrayList<>();
    for (JsonNode node : Golden.read(file).path("cases")) {
      List<Sequence> sequences = new ArrayList<>();
      for (JsonNode sequence : node.path("sequences")) {
        sequences.add(
            new Sequence(
                Golden.ints(sequence.path("token_ids")),
                sequence.path("score").asDouble(Double.NaN),
                sequence.path("finish_reason").textValue()));
      }
      JsonNode options = node.path("options");
      cases.add(
          new DecodingGolden(
              node.path("name").textValue(),
              Golden.ints(node.path("input_ids")),
              options.path("max_new_tokens").intValue(),
              decoding(options),
              sequences));
    }
    if (cases.size() < atLeast) {
      throw new AssertionError(
          "expected at least " + atLeast + " goldens in " + file + ": " + cases.size());
    }
    return cases;
  }

  /** Turns keyword arguments of {@code generate} into a decoding over that of the model. */
  public static Decoding decoding(JsonNode options) {
    Decoding decoding = Decoding.ofModel();
    for (Map.Entry<String, JsonNode> option : options.properties()) {
      decoding = with(decoding, option.getKey(), option.getValue());
    }
    return decoding;
  }

  private static Decoding with(Decoding decoding, String name, JsonNode value) {
    return switch (name) {
      case "max_new_tokens" -> decoding;
      case "early_stopping" ->
          decoding.with(
              DecodingOption.EARLY_STOPPING,
              value.isTextual()
                  ? EarlyStopping.NEVER
                  : value.booleanValue() ? EarlyStopping.TRUE : EarlyStopping.FALSE);
      case "forced_bos_token_id" ->
          decoding.with(DecodingOption.FORCED_BOS_TOKEN_ID, OptionalInt.of(value.intValue()));
      case "exponential_decay_length_penalty" ->
          decoding.with(
              DecodingOption.EXPONENTIAL_DECAY_LENGTH_PENALTY,
              Optional.of(
                  new DecodingOption.ExponentialDecay(
                      value.get(0).intValue(), value.get(1).doubleValue())));
      case "bad_words_ids" -> decoding.with(DecodingOption.BAD_WORDS_IDS, sequences(value));
      case "sequence_bias" -> decoding.with(DecodingOption.SEQUENCE_BIAS, bias(value));
      case "stop_strings" -> decoding.with(DecodingOption.STOP_STRINGS, texts(value));
      default -> decoding.with(named(name), plain(named(name), value));
    };
  }

  @SuppressWarnings("unchecked") // plain() makes a value of the type of the option's default
  private static DecodingOption<Object> named(String name) {
    return (DecodingOption<Object>)
        DecodingOption.all().stream()
            .filter(option -> option.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no option " + name));
  }

  private static Object plain(DecodingOption<Object> option, JsonNode value) {
    Object type = option.defaultValue();
    if (type instanceof Integer) {
      return value.intValue();
    } else if (type instanceof Double) {
      return value.doubleValue();
    } else if (type instanceof Boolean) {
      return value.booleanValue();
    } else if (type instanceof Set<?>) {
      return ids(value);
    }
    throw new AssertionError("no reader for " + option);
  }

  private static Set<Integer> ids(JsonNode value) {
    Set<Integer> ids = new HashSet<>();
    if (value.isArray()) {
      value.forEach(id -> ids.add(id.intValue()));
    } else {
      ids.add(value.intValue());
    }
    return ids;
  }

  private static List<List<Integer>> sequences(JsonNode value) {
    List<List<Integer>> sequences = new ArrayList<>();
    for (JsonNode sequence : value) {
      List<Integer> ids = new ArrayList<>();
      sequence.forEach(id -> ids.add(id.intValue()));
      sequences.add(ids);
    }
    return sequences;
  }

  private static Map<List<Integer>, Double> bias(JsonNode value) {
    Map<List<Integer>, Double> bias = new LinkedHashMap<>();
    for (JsonNode pair : value) {
      List<Integer> ids = new ArrayList<>();
      pair.get(0).forEach(id -> ids.add(id.intValue()));
      bias.put(ids, pair.get(1).doubleValue());
    }
    return bias;
  }

  private static List<String> texts(JsonNode value) {
    List<String> texts = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(text -> texts.add(text.textValue()));
    } else {
      texts.add(value.textValue());
    }
    return texts;
  }

  @Override
  public String toString() {
    return name + " " + decoding;
  }
}
