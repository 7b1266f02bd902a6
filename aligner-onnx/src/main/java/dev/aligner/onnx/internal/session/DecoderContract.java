package dev.aligner.onnx.internal.session;

import dev.aligner.ModelLoadException;
import dev.aligner.onnx.internal.graph.PreparedNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What a decoder graph takes and gives, read from the names, shapes and types it declares rather
 * than from a list of architectures.
 *
 * @param inputs the inputs by what they are, one of those below; the cache is not among them
 * @param kv the KV cache as the graph's inputs declare it; empty if the graph has no past inputs
 * @param presents the names of all outputs that hold a cache
 * @param logits the logits, {@code [batch, sequence, vocabulary]}
 * @param vocabSize size of the last axis of the logits
 * @param givesArgMax whether the graph was prepared to put out the best ids
 * @param keepsLastPositions whether the graph was prepared to score the last positions alone
 */
record DecoderContract(
    Map<String, TensorSpec> inputs,
    List<KvPair> kv,
    Set<String> presents,
    TensorSpec logits,
    int vocabSize,
    boolean givesArgMax,
    boolean keepsLastPositions) {

  static final String INPUT_IDS = "input_ids";
  static final String DECODER_INPUT_IDS = "decoder_input_ids";
  static final String ATTENTION_MASK = "attention_mask";
  static final String DECODER_ATTENTION_MASK = "decoder_attention_mask";
  static final String POSITION_IDS = "position_ids";
  static final String CACHE_POSITION = "cache_position";
  static final String ENCODER_HIDDEN_STATES = "encoder_hidden_states";
  static final String ENCODER_ATTENTION_MASK = "encoder_attention_mask";
  static final String USE_CACHE_BRANCH = "use_cache_branch";
  static final String NUM_LOGITS_TO_KEEP = "num_logits_to_keep";
  static final String LOGITS = "logits";

  private static final Map<String, Declared> KNOWN_INPUTS =
      Map.ofEntries(
          integers(INPUT_IDS, 2, "[batch, sequence]"),
          integers(DECODER_INPUT_IDS, 2, "[batch, sequence]"),
          integers(ATTENTION_MASK, 2, "[batch, past + sequence]"),
          integers(DECODER_ATTENTION_MASK, 2, "[batch, past + sequence]"),
          integers(POSITION_IDS, 2, "[batch, sequence]"),
          integers(ENCODER_ATTENTION_MASK, 2, "[batch, encoder sequence]"),
          integers(CACHE_POSITION, 1, "[sequence]"),
          integers(NUM_LOGITS_TO_KEEP, 0, ""),
          Map.entry(
              ENCODER_HIDDEN_STATES,
              new Declared(ElementType::isFloating, 3, "float[batch, encoder sequence, hidden]")),
          Map.entry(
              USE_CACHE_BRANCH, new Declared(type -> type == ElementType.BOOL, 1, "bool[1]")));
  private static final String EXPORT =
      "export it again with optimum, for text generation with past";

  /**
   * Reads a graph.
   *
   * @param session the graph
   * @param names what its inputs and outputs are called
   * @param fallback heads and dim for graphs that leave these axes open
   * @param vocabSize the size that the configuration tells, for graphs that leave the axis open
   * @throws ModelLoadException if the graph is not a decoder that this release can run
   */
  static DecoderContract of(
      ModelSession session, GraphNames names, KvDimensions fallback, int vocabSize) {
    List<KvPair> kv = new ArrayList<>();
    Map<String, TensorSpec> inputs = new TreeMap<>();
    for (TensorSpec input : session.inputs().values()) {
      if (input.name().equals(PreparedNames.LOGITS_TO_KEEP)) {
        continue;
      }
      GraphNames.Cache cache = names.cache(input.name()).orElse(null);
      if (cache == null) {
        String role = names.role(input.name());
        checkInput(session, role, input);
        inputs.put(role, input);
      } else {
        kv.add(kvPair(session, input, cache, fallback));
      }
    }
    require(session, inputs.containsKey(INPUT_IDS), "an input " + INPUT_IDS, "none");
    TensorSpec logits =
        session.outputs().values().stream()
            .filter(output -> names.role(output.name()).equals(LOGITS))
            .findFirst()
            .orElse(null);
    if (logits == null) {
      throw unfit(session, "an output " + LOGITS, "outputs " + session.outputs().keySet());
    }
    require(
        session,
        logits.rank() == 3 && logits.type().isFloating(),
        LOGITS + ": float[batch, sequence, vocabulary]",
        logits.toString());
    Set<String> presents = new TreeSet<>(session.outputs().keySet());
    Set<String> caches = new TreeSet<>();
    kv.forEach(pair -> caches.add(pair.present()));
    presents.removeIf(name -> !name.startsWith("present.") && !caches.contains(name));
    long declared = logits.shape()[2];
    return new DecoderContract(
        Map.copyOf(inputs),
        List.copyOf(kv),
        presents,
        logits,
        declared > 0 ? Math.toIntExact(declared) : vocabSize,
        session.outputs().containsKey(PreparedNames.ARG_MAX),
        session.inputs().containsKey(PreparedNames.LOGITS_TO_KEEP));
  }

  boolean has(String input) {
    return inputs.containsKey(input);
  }

  /** Returns the input of the decoder's ids: a graph that holds the encoder too has another. */
  TensorSpec ids() {
    return input(idsRole());
  }

  String idsRole() {
    return holdsEncoder() ? DECODER_INPUT_IDS : INPUT_IDS;
  }

  TensorSpec input(String name) {
    TensorSpec input = inputs.get(name);
    if (input == null) {
      throw new IllegalStateException("no input " + name);
    }
    return input;
  }

  /** Tells whether the graph reads the encoder's prompt itself, in every step. */
  boolean holdsEncoder() {
    return has(DECODER_INPUT_IDS);
  }

  /** Tells whether the graph can go on from a cache. */
  boolean readsPast() {
    return !kv.isEmpty();
  }

  /**
   * Returns how many positions a step puts scores out for.
   *
   * @param wanted how many of the last positions are needed
   * @param width how many the step reads
   */
  int scoredPositions(int wanted, int width) {
    return canLimitScores() ? wanted : scoresLastPosition() ? 1 : width;
  }

  /** Tells whether the graph can be asked for the scores of some of the last positions alone. */
  boolean canLimitScores() {
    return keepsLastPositions || has(NUM_LOGITS_TO_KEEP);
  }

  /** Tells whether the graph scores no position but the last. */
  boolean scoresLastPosition() {
    return logits.shape()[1] == 1;
  }

  /** Tells whether prompts of different lengths, padded on the left, come out as if alone. */
  boolean readsPadding() {
    return has(ATTENTION_MASK) && has(POSITION_IDS);
  }

  /** Returns how many tokens of a row the graph reads at once. */
  int maxWidth() {
    return ids().shape()[1] == 1 ? 1 : Integer.MAX_VALUE;
  }

  private static KvPair kvPair(
      ModelSession session, TensorSpec input, GraphNames.Cache name, KvDimensions fallback) {
    boolean separate = input.rank() == 4;
    require(
        session,
        input.type().isFloating() && (separate || input.rank() == 3),
        input.name() + ": float[batch, heads, past, dim]",
        input.toString());
    long[] axes = input.shape().clone();
    if (separate) {
      axes[1] = axes[1] > 0 ? axes[1] : fallback.heads();
      axes[3] = axes[3] > 0 ? axes[3] : fallback.dim();
    }
    require(
        session,
        separate ? axes[1] > 0 && axes[3] > 0 : axes[2] > 0,
        "sizes of heads and dim in " + input.name() + " or in config.json",
        "neither");
    require(
        session,
        name.cross() || session.outputs().containsKey(name.present()),
        "an output " + name.present() + " for the input " + input.name(),
        "outputs " + session.outputs().keySet());
    return new KvPair(
        input.name(), name.present(), name.cross(), input.type(), axes, separate ? 2 : 1);
  }

  private static void checkInput(ModelSession session, String role, TensorSpec input) {
    Declared declared = KNOWN_INPUTS.get(role);
    if (declared == null) {
      throw unfit(
          session,
          "inputs among " + new TreeSet<>(KNOWN_INPUTS.keySet()) + " and past_key_values.*",
          "an unknown input " + input);
    }
    require(
        session,
        declared.type.test(input.type()) && input.rank() == declared.rank,
        input.name() + ": " + declared.text,
        input.toString());
  }

  private static Map.Entry<String, Declared> integers(String name, int rank, String shape) {
    return Map.entry(name, new Declared(ElementType::isInteger, rank, "int64" + shape));
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
  private record Declared(Predicate<ElementType> type, int rank, String text) {}

  /**
   * Sizes of the KV cache that {@code config.json} tells.
   *
   * @param heads number of heads, or 0 if it does not tell
   * @param dim size of a head, or 0 if it does not tell
   */
  record KvDimensions(long heads, long dim) {}
}
