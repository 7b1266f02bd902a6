package dev.aligner.onnx.internal.decode.process;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.testing.Golden;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The options of a golden. */
final class GoldenOptions {

  private static final Map<String, Reader<?>> READERS = new LinkedHashMap<>();

  static {
    read(DecodingOption.NUM_BEAMS, JsonNode::intValue);
    read(DecodingOption.TOP_K, JsonNode::intValue);
    read(DecodingOption.MIN_LENGTH, JsonNode::intValue);
    read(DecodingOption.MIN_NEW_TOKENS, JsonNode::intValue);
    read(DecodingOption.NO_REPEAT_NGRAM_SIZE, JsonNode::intValue);
    read(DecodingOption.ENCODER_NO_REPEAT_NGRAM_SIZE, JsonNode::intValue);
    read(DecodingOption.TEMPERATURE, JsonNode::doubleValue);
    read(DecodingOption.TOP_P, JsonNode::doubleValue);
    read(DecodingOption.MIN_P, JsonNode::doubleValue);
    read(DecodingOption.TYPICAL_P, JsonNode::doubleValue);
    read(DecodingOption.EPSILON_CUTOFF, JsonNode::doubleValue);
    read(DecodingOption.ETA_CUTOFF, JsonNode::doubleValue);
    read(DecodingOption.REPETITION_PENALTY, JsonNode::doubleValue);
    read(DecodingOption.ENCODER_REPETITION_PENALTY, JsonNode::doubleValue);
    read(DecodingOption.DO_SAMPLE, JsonNode::booleanValue);
    read(DecodingOption.REMOVE_INVALID_VALUES, JsonNode::booleanValue);
    read(DecodingOption.RENORMALIZE_LOGITS, JsonNode::booleanValue);
    read(DecodingOption.FORCED_BOS_TOKEN_ID, node -> OptionalInt.of(node.intValue()));
    read(DecodingOption.FORCED_EOS_TOKEN_ID, GoldenOptions::ids);
    read(DecodingOption.SUPPRESS_TOKENS, GoldenOptions::ids);
    read(DecodingOption.BEGIN_SUPPRESS_TOKENS, GoldenOptions::ids);
    read(DecodingOption.BAD_WORDS_IDS, GoldenOptions::words);
    read(DecodingOption.SEQUENCE_BIAS, GoldenOptions::bias);
    read(DecodingOption.EXPONENTIAL_DECAY_LENGTH_PENALTY, GoldenOptions::decay);
  }

  /** The names of the options that processors have. */
  static final Set<String> NAMES = READERS.keySet();

  private GoldenOptions() {}

  static Decoding decoding(JsonNode options) {
    Decoding decoding = Decoding.greedy().with(DecodingOption.TOP_K, 0); // the script's default
    for (Map.Entry<String, JsonNode> option : options.properties()) {
      Reader<?> reader = READERS.get(option.getKey());
      if (reader == null) {
        throw new AssertionError("no such option: " + option.getKey());
      }
      decoding = reader.put(decoding, option.getValue());
    }
    return decoding;
  }

  private static <T> void read(DecodingOption<T> option, Function<JsonNode, T> value) {
    READERS.put(option.name(), new Reader<>(option, value));
  }

  private static Set<Integer> ids(JsonNode node) {
    return node.isArray() ? Set.copyOf(list(node)) : Set.of(node.intValue());
  }

  private static List<Integer> list(JsonNode array) {
    return Arrays.stream(Golden.ints(array)).boxed().collect(Collectors.toList());
  }

  private static List<List<Integer>> words(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(GoldenOptions::list).toList();
  }

  private static Map<List<Integer>, Double> bias(JsonNode array) {
    Map<List<Integer>, Double> bias = new LinkedHashMap<>();
    array.forEach(pair -> bias.put(list(pair.get(0)), pair.get(1).doubleValue()));
    return bias;
  }

  private static Optional<DecodingOption.ExponentialDecay> decay(JsonNode pair) {
    return Optional.of(
        new DecodingOption.ExponentialDecay(pair.get(0).intValue(), pair.get(1).doubleValue()));
  }

  private record Reader<T>(DecodingOption<T> option, Function<JsonNode, T> value) {

    Decoding put(Decoding decoding, JsonNode node) {
      return decoding.with(option, value.apply(node));
    }
  }
}
