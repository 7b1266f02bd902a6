package dev.aligner.onnx.internal.session;

import dev.aligner.ModelLoadException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a decoder graph takes and gives, read from the names, shapes and types it declares rather
 * than from a list of architectures.
 *
 * @param kv the KV cache as the graph's inputs declare it; empty if the graph has no past inputs
 * @param presents the names of all present outputs
 * @param inputs the names of all inputs; each is one of those below or a past
 * @param vocabSize size of the last axis of the logits
 */
record DecoderContract(List<KvPair> kv, Set<String> presents, Set<String> inputs, int vocabSize) {

  static final String INPUT_IDS = "input_ids";
  static final String ATTENTION_MASK = "attention_mask";
  static final String POSITION_IDS = "position_ids";
  static final String ENCODER_HIDDEN_STATES = "encoder_hidden_states";
  static final String ENCODER_ATTENTION_MASK = "encoder_attention_mask";
  static final String USE_CACHE_BRANCH = "use_cache_branch";
  static final String LOGITS = "logits";

  private static final Map<String, Declared> KNOWN_INPUTS =
      Map.of(
          INPUT_IDS, new Declared("INT64", 2, "[batch, sequence]"),
          ATTENTION_MASK, new Declared("INT64", 2, "[batch, past + sequence]"),
          POSITION_IDS, new Declared("INT64", 2, "[batch, sequence]"),
          ENCODER_HIDDEN_STATES, new Declared("FLOAT", 3, "[batch, encoder sequence, hidden]"),
          ENCODER_ATTENTION_MASK, new Declared("INT64", 2, "[batch, encoder sequence]"),
          USE_CACHE_BRANCH, new Declared("BOOL", 1, "[1]"));
  private static final Pattern PAST =
      Pattern.compile("past_key_values\\.(\\d+)\\.(?:(decoder|encoder)\\.)?(key|value)");
  private static final String EXPORT =
      "export it again with optimum, for text generation with past";

  /**
   * Reads a graph.
   *
   * @param session the graph
   * @param fallback heads and dim for graphs that leave these axes open
   * @param vocabSize the size that config.json tells, for graphs that leave the axis open
   * @throws ModelLoadException if the graph is not a decoder that this release can run
   */
  static DecoderContract of(ModelSession session, KvDimensions fallback, int vocabSize) {
    List<KvPair> kv = new ArrayList<>();
    for (TensorSpec input : session.inputs().values()) {
      Matcher past = PAST.matcher(input.name());
      if (past.matches()) {
        kv.add(kvPair(session, input, past, fallback));
      } else {
        checkInput(session, input);
      }
    }
    require(session, session.inputs().containsKey(INPUT_IDS), "an input " + INPUT_IDS, "none");
    TensorSpec logits = session.outputs().get(LOGITS);
    if (logits == null) {
      throw unfit(session, "an output " + LOGITS, "outputs " + session.outputs().keySet());
    }
    require(
        session,
        logits.rank() == 3 && logits.type().equals("FLOAT"),
        LOGITS + ": float[batch, sequence, vocabulary]",
        logits.toString());
    Set<String> presents = new TreeSet<>(session.outputs().keySet());
    presents.removeIf(name -> !name.startsWith("present."));
    long declared = logits.shape()[2];
    return new DecoderContract(
        List.copyOf(kv),
        presents,
        Set.copyOf(session.inputs().keySet()),
        declared > 0 ? Math.toIntExact(declared) : vocabSize);
  }

  boolean has(String input) {
    return inputs.contains(input);
  }

  /** Tells whether the graph can go on from a cache. */
  boolean readsPast() {
    return !kv.isEmpty();
  }

  private static KvPair kvPair(
      ModelSession session, TensorSpec input, Matcher past, KvDimensions fallback) {
    require(
        session,
        input.rank() == 4 && input.type().equals("FLOAT"),
        input.name() + ": float[batch, heads, past, dim]",
        input.toString());
    long heads = input.shape()[1] > 0 ? input.shape()[1] : fallback.heads();
    long dim = input.shape()[3] > 0 ? input.shape()[3] : fallback.dim();
    require(
        session,
        heads > 0 && dim > 0,
        "sizes of heads and dim in " + input.name() + " or in config.json",
        "neither");
    String present = input.name().replace("past_key_values.", "present.");
    boolean cross = "encoder".equals(past.group(2));
    require(
        session,
        cross || session.outputs().containsKey(present),
        "an output " + present + " for the input " + input.name(),
        "outputs " + session.outputs().keySet());
    return new KvPair(input.name(), present, cross, heads, dim);
  }

  private static void checkInput(ModelSession session, TensorSpec input) {
    Declared declared = KNOWN_INPUTS.get(input.name());
    if (declared == null) {
      throw unfit(
          session,
          "inputs among " + new TreeSet<>(KNOWN_INPUTS.keySet()) + " and past_key_values.*",
          "an unknown input " + input);
    }
    require(
        session,
        declared.type.equals(input.type()) && declared.rank == input.rank(),
        input.name() + ": " + declared.type.toLowerCase(Locale.ROOT) + declared.shape,
        input.toString());
  }

  private static void require(ModelSession session, boolean holds, String expected, String found) {
    if (!holds) {
      throw unfit(session, expected, found);
    }
  }

  private static ModelLoadException unfit(ModelSession session, String expected, String found) {
    return new ModelLoadException(session.file(), expected, found, EXPORT);
  }

  /** Type and shape that a known input has. */
  private record Declared(String type, int rank, String shape) {}

  /**
   * Sizes of the KV cache that {@code config.json} tells.
   *
   * @param heads number of heads, or 0 if it does not tell
   * @param dim size of a head, or 0 if it does not tell
   */
  record KvDimensions(long heads, long dim) {}
}
