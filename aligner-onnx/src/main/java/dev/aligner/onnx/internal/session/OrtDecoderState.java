package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.aligner.InferenceException;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.decode.DecoderState;
import dev.aligner.onnx.internal.decode.ScoreForm;
import dev.aligner.onnx.internal.decode.Scores;
import dev.aligner.onnx.internal.graph.PreparedNames;
import dev.aligner.onnx.internal.lifecycle.CloseAll;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The decoder of one generation over ONNX Runtime. With a cache, a step reads its new tokens alone;
 * without one, all tokens so far. The logits land in a direct buffer.
 */
final class OrtDecoderState implements DecoderState {

  private final Decoder decoder;
  private final EncoderSide encoder;
  private final int padTokenId;
  private final OrtSession.RunOptions runOptions;
  private final Cancellation cancellation;
  private final CloseAll owned;
  private final SelfCache cache;
  private final DecoderFeeds feeds;
  private final DirectBuffers.Slot logits;
  private final DirectBuffers.Slot bestIds;
  private final DirectBuffers.Slot highest;

  /** How many positions of each row, from its first one, are padding. */
  private int[] padding;

  /** All tokens of each row, kept only where there is no cache. */
  private int[][] tokensSoFar;

  private int pastLength;
  private boolean closed;

  /**
   * Begins a generation.
   *
   * @param encoder what every step reads of the prompts; of no prompts for a decoder alone
   * @param rows the number of prompts
   * @param owned what closes with this state
   */
  OrtDecoderState(
      Decoder decoder,
      EncoderSide encoder,
      int rows,
      int padTokenId,
      OrtSession.RunOptions runOptions,
      Cancellation cancellation,
      CloseAll owned) {
    this.decoder = decoder;
    this.encoder = encoder;
    this.padTokenId = padTokenId;
    this.runOptions = runOptions;
    this.cancellation = cancellation;
    this.owned = owned;
    this.padding = new int[rows];
    this.tokensSoFar = new int[rows][0];
    this.cache = owned.add(decoder.newCache(rows));
    this.feeds = owned.add(new DecoderFeeds(decoder.environment(), decoder.buffers()));
    this.logits = owned.add(decoder.buffers().slot(DirectBuffers.Use.SCORES));
    this.bestIds = owned.add(decoder.buffers().slot(DirectBuffers.Use.SCORES));
    this.highest = owned.add(decoder.buffers().slot(DirectBuffers.Use.SCORES));
  }

  @Override
  public int rows() {
    return padding.length;
  }

  @Override
  public int length() {
    return pastLength;
  }

  @Override
  public int mostPositions(ScoreForm form) {
    return decoder.mostPositions(rows(), pastLength == 0);
  }

  @Override
  public Scores forward(int[][] tokens, int positions, ScoreForm form) {
    if (closed) {
      throw new IllegalStateException("the generation is closed");
    }
    int[][] padded = pastLength == 0 ? padded(tokens) : tokens;
    int width = width(padded);
    if (positions < 1 || positions > width) {
      throw new IllegalArgumentException(
          "expected 1 to " + width + " positions to score; found " + positions);
    }
    if (!decoder.hasCache()) {
      tokensSoFar = appended(tokensSoFar, padded);
      pastLength += width;
      return step(tokensSoFar, 0, positions, form);
    }
    // Where logits cannot be left out, a wide prompt is read in parts; the last holds all that is
    // to be scored.
    int from = 0;
    while (from < width - positions) {
      int widest = decoder.widestStep(rows(), pastLength == 0);
      if (widest >= width - from) {
        break;
      }
      int to = Math.min(width - positions, from + widest);
      step(columns(padded, from, to), pastLength, 1, form);
      pastLength += to - from;
      from = to;
    }
    Scores scores =
        step(from == 0 ? padded : columns(padded, from, width), pastLength, positions, form);
    pastLength += width - from;
    return scores;
  }

  @Override
  public void truncate(int length) {
    if (length < 1 || length > pastLength) {
      throw new IllegalArgumentException(
          "expected a length of 1 to " + pastLength + "; found " + length);
    }
    pastLength = length;
    cache.truncate(length);
    if (!decoder.hasCache()) {
      tokensSoFar = columns(tokensSoFar, 0, length);
    }
  }

  @Override
  public void reorder(int[] sources) {
    if (sources.length == 0 || Arrays.stream(sources).anyMatch(s -> s < 0 || s >= rows())) {
      throw new IllegalArgumentException(
          "expected rows of 0 to " + (rows() - 1) + "; found " + Arrays.toString(sources));
    }
    padding = Arrays.stream(sources).map(row -> padding[row]).toArray();
    tokensSoFar = Arrays.stream(sources).mapToObj(row -> tokensSoFar[row]).toArray(int[][]::new);
    cache.reorder(sources);
    if (decoder.readsEncoder()) {
      encoder.reorder(sources);
    }
  }

  /** Runs the graph over tokens that follow so many others. */
  private Scores step(int[][] tokens, int past, int positions, ScoreForm form) {
    boolean first = past == 0;
    ModelSession session = first ? decoder.first() : decoder.next();
    DecoderContract contract = first ? decoder.firstContract() : decoder.nextContract();
    int width = tokens[0].length;
    try (CloseAll stepTensors = new CloseAll()) {
      Map<String, OnnxTensor> inputs =
          feeds.of(contract, tokens, past, padding, positions, stepTensors);
      feedEncoder(inputs, contract, first, stepTensors);
      Map<String, OnnxTensor> pinned = new HashMap<>();
      Scores scores =
          pinScores(
              contract,
              contract.scoredPositions(positions, width),
              positions,
              form,
              pinned,
              stepTensors);
      if (decoder.hasCache()) {
        Map<String, OnnxTensor> pastTensors = contract.readsPast() ? inputs : new HashMap<>();
        cache.bind(pastTensors, pinned, width, cancellation);
      }
      Set<String> requested = requested(first, contract);
      if (!decoder.residence().takesAllocated()) {
        pinCross(requested, pinned);
        requested = Set.of();
      }
      NativeHandle<OrtSession.Result> result =
          session.run(inputs, requested, pinned, runOptions, cancellation);
      if (decoder.hasCache()) {
        cache.advance(width);
      }
      keep(result, requested);
      return scores;
    } catch (OrtException e) {
      throw new InferenceException("ONNX Runtime made no tensor: " + e.getMessage(), e);
    }
  }

  /** Puts the buffers that take the scores among the outputs of a step. */
  private Scores pinScores(
      DecoderContract contract,
      int kept,
      int positions,
      ScoreForm form,
      Map<String, OnnxTensor> pinned,
      CloseAll stepTensors)
      throws OrtException {
    if (form == ScoreForm.ARG_MAX && contract.givesArgMax()) {
      ByteBuffer ids = bestIds.atLeast(DirectBuffers.bytes(Long.BYTES, rows(), kept));
      ByteBuffer logitsOfIds = highest.atLeast(DirectBuffers.bytes(Float.BYTES, rows(), kept));
      pin(pinned, PreparedNames.ARG_MAX, ElementType.INT64, ids, stepTensors, rows(), kept);
      pin(pinned, PreparedNames.MAX, ElementType.FLOAT, logitsOfIds, stepTensors, rows(), kept);
      return new ArgMaxScores(ids, logitsOfIds, kept, positions);
    }
    int vocabSize = decoder.vocabSize();
    ElementType type = contract.logits().type();
    ByteBuffer all = logits.atLeast(DirectBuffers.bytes(type.bytes(), rows(), kept, vocabSize));
    pin(pinned, contract.logits().name(), type, all, stepTensors, rows(), kept, vocabSize);
    return new LogitsScores(all, type, kept, positions, vocabSize);
  }

  private void pin(
      Map<String, OnnxTensor> pinned,
      String output,
      ElementType type,
      ByteBuffer buffer,
      CloseAll stepTensors,
      long... shape)
      throws OrtException {
    OnnxTensor tensor = type.tensor(decoder.environment(), buffer, shape);
    pinned.put(output, stepTensors.add(NativeHandle.of("scores of a step", tensor)).get());
  }

  private void feedEncoder(
      Map<String, OnnxTensor> inputs, DecoderContract contract, boolean first, CloseAll stepTensors)
      throws OrtException {
    if (contract.holdsEncoder()) {
      inputs.put(
          DecoderContract.INPUT_IDS, encoder.ids(contract.input(DecoderContract.INPUT_IDS).type()));
      if (contract.has(DecoderContract.ATTENTION_MASK)) {
        inputs.put(
            DecoderContract.ATTENTION_MASK,
            encoder.mask(contract.input(DecoderContract.ATTENTION_MASK).type()));
      }
    }
    if (contract.has(DecoderContract.ENCODER_HIDDEN_STATES)) {
      inputs.put(
          DecoderContract.ENCODER_HIDDEN_STATES, ofEncoder(DecoderContract.ENCODER_HIDDEN_STATES));
    }
    if (contract.has(DecoderContract.ENCODER_ATTENTION_MASK)) {
      inputs.put(
          DecoderContract.ENCODER_ATTENTION_MASK,
          encoder.mask(contract.input(DecoderContract.ENCODER_ATTENTION_MASK).type()));
    }
    for (KvPair kv : contract.kv()) {
      if (kv.cross()) {
        inputs.put(kv.past(), first ? noPast(kv, stepTensors) : ofEncoder(kv.past()));
      }
    }
  }

  private OnnxTensor ofEncoder(String name) throws OrtException {
    return encoder.get(name, decoder.encoderMover(), cancellation);
  }

  private OnnxTensor noPast(KvPair kv, CloseAll stepTensors) throws OrtException {
    OnnxTensor empty = kv.type().emptyTensor(decoder.environment(), kv.shape(rows(), 0));
    return stepTensors.add(NativeHandle.of("an empty cache", empty)).get();
  }

  /** The encoder's part of the cache is new in the first step, and never changes. */
  private Set<String> requested(boolean first, DecoderContract contract) {
    if (!first) {
      return Set.of();
    }
    Set<String> names = new LinkedHashSet<>();
    decoder.crossAttention().forEach(kv -> names.add(kv.present()));
    names.retainAll(contract.presents());
    return names;
  }

  /** Lets the encoder's part of the cache be put out where caches lie. */
  private void pinCross(Set<String> names, Map<String, OnnxTensor> pinned) throws OrtException {
    for (KvPair kv : decoder.crossAttention()) {
      if (names.contains(kv.present())) {
        long[] shape = kv.shape(rows(), encoder.length());
        pinned.put(kv.present(), encoder.take(kv.past(), kv.type(), shape));
      }
    }
  }

  private void keep(NativeHandle<OrtSession.Result> result, Set<String> requested) {
    if (requested.isEmpty()) {
      result.close();
      return;
    }
    owned.add(result);
    for (KvPair kv : decoder.crossAttention()) {
      encoder.add(kv.past(), () -> KvCache.tensor(result, kv.present()));
    }
  }

  private int[][] padded(int[][] tokens) {
    int longest = Arrays.stream(tokens).mapToInt(row -> row.length).max().orElse(0);
    boolean pads =
        decoder.nextContract().readsPadding()
            && tokens.length == rows()
            && Arrays.stream(tokens).allMatch(row -> row.length > 0);
    if (!pads || Arrays.stream(tokens).allMatch(row -> row.length == longest)) {
      return tokens;
    }
    int[][] padded = new int[tokens.length][longest];
    for (int row = 0; row < tokens.length; row++) {
      padding[row] = longest - tokens[row].length;
      Arrays.fill(padded[row], 0, padding[row], padTokenId);
      System.arraycopy(tokens[row], 0, padded[row], padding[row], tokens[row].length);
    }
    return padded;
  }

  private int width(int[][] tokens) {
    int width = tokens.length == rows() ? tokens[0].length : -1;
    if (width < 1 || !Arrays.stream(tokens).allMatch(row -> row.length == width)) {
      throw new IllegalArgumentException(
          "expected token ids ["
              + rows()
              + ", width]; found rows of lengths "
              + Arrays.stream(tokens).map(row -> row.length).toList());
    }
    return width;
  }

  private static int[][] columns(int[][] tokens, int from, int to) {
    return Arrays.stream(tokens)
        .map(row -> Arrays.copyOfRange(row, from, to))
        .toArray(int[][]::new);
  }

  private static int[][] appended(int[][] rows, int[][] tokens) {
    int[][] all = new int[rows.length][];
    for (int row = 0; row < rows.length; row++) {
      all[row] = Arrays.copyOf(rows[row], rows[row].length + tokens[row].length);
      System.arraycopy(tokens[row], 0, all[row], rows[row].length, tokens[row].length);
    }
    return all;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      owned.close();
    }
  }
}
