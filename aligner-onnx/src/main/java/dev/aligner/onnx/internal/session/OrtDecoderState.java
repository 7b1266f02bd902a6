package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.aligner.InferenceException;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.decode.DecoderState;
import dev.aligner.onnx.internal.decode.Scores;
import dev.aligner.onnx.internal.lifecycle.CloseAll;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import java.nio.ByteBuffer;
import java.util.Arrays;
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
  private final KvCache cache;
  private final DecoderFeeds feeds;
  private final DirectBuffers.Slot logits;

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
    this.cache =
        owned.add(new KvCache(decoder.environment(), decoder.buffers(), decoder.selfAttention()));
    this.feeds = owned.add(new DecoderFeeds(decoder.environment(), decoder.buffers()));
    this.logits = owned.add(decoder.buffers().slot());
  }

  @Override
  public int rows() {
    return padding.length;
  }

  @Override
  public Scores forward(int[][] tokens) {
    if (closed) {
      throw new IllegalStateException("the generation is closed");
    }
    int[][] padded = pastLength == 0 ? padded(tokens) : tokens;
    int width = width(padded);
    if (!decoder.hasCache()) {
      tokensSoFar = appended(tokensSoFar, padded);
      pastLength += width;
      return step(tokensSoFar, 0);
    }
    Scores scores = null;
    for (int from = 0; from < width; ) {
      int to = (int) Math.min(width, from + decoder.widestStep(rows(), pastLength == 0));
      scores = step(from == 0 && to == width ? padded : columns(padded, from, to), pastLength);
      pastLength += to - from;
      from = to;
    }
    if (scores == null) {
      throw new IllegalArgumentException("no tokens to read");
    }
    return scores;
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
  private Scores step(int[][] tokens, int past) {
    boolean first = past == 0;
    ModelSession session = first ? decoder.first() : decoder.next();
    DecoderContract contract = first ? decoder.firstContract() : decoder.nextContract();
    int width = contract.givesLastLogits() ? 1 : tokens[0].length;
    int vocabSize = decoder.vocabSize();
    ElementType type = contract.logits().type();
    ByteBuffer scores = logits.atLeast(DirectBuffers.bytes(type.bytes(), rows(), width, vocabSize));
    try (CloseAll stepTensors = new CloseAll()) {
      Map<String, OnnxTensor> inputs = feeds.of(contract, tokens, past, padding, stepTensors);
      feedEncoder(inputs, contract, first, stepTensors);
      if (contract.readsPast()) {
        cache.feed(inputs, rows(), stepTensors);
      }
      OnnxTensor scoresTensor =
          stepTensors
              .add(
                  NativeHandle.of(
                      "the logits",
                      type.tensor(decoder.environment(), scores, rows(), width, vocabSize)))
              .get();
      NativeHandle<OrtSession.Result> result =
          session.run(
              inputs,
              presents(first, contract),
              Map.of(contract.logits().name(), scoresTensor),
              runOptions,
              cancellation);
      keep(result, first);
    } catch (OrtException e) {
      throw new InferenceException("ONNX Runtime made no tensor: " + e.getMessage(), e);
    }
    return new LogitsScores(scores, type, width, vocabSize);
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
          DecoderContract.ENCODER_HIDDEN_STATES,
          encoder.get(DecoderContract.ENCODER_HIDDEN_STATES));
    }
    if (contract.has(DecoderContract.ENCODER_ATTENTION_MASK)) {
      inputs.put(
          DecoderContract.ENCODER_ATTENTION_MASK,
          encoder.mask(contract.input(DecoderContract.ENCODER_ATTENTION_MASK).type()));
    }
    for (KvPair kv : contract.kv()) {
      if (kv.cross()) {
        inputs.put(kv.past(), first ? noPast(kv, stepTensors) : encoder.get(kv.past()));
      }
    }
  }

  private OnnxTensor noPast(KvPair kv, CloseAll stepTensors) throws OrtException {
    OnnxTensor empty = kv.type().emptyTensor(decoder.environment(), kv.shape(rows(), 0));
    return stepTensors.add(NativeHandle.of("an empty cache", empty)).get();
  }

  /** On the first step all of the cache is new; afterwards the encoder's part never changes. */
  private Set<String> presents(boolean first, DecoderContract contract) {
    Set<String> names = new LinkedHashSet<>();
    for (KvPair kv : decoder.nextContract().kv()) {
      if (first || !kv.cross()) {
        names.add(kv.present());
      }
    }
    names.retainAll(contract.presents());
    return names;
  }

  private void keep(NativeHandle<OrtSession.Result> result, boolean first) {
    if (!decoder.hasCache()) {
      result.close();
      return;
    }
    boolean holdsCross = first && !decoder.crossAttention().isEmpty();
    if (holdsCross) {
      owned.add(result);
    }
    cache.keep(result, /* closes= */ !holdsCross);
    if (holdsCross) {
      for (KvPair kv : decoder.crossAttention()) {
        encoder.add(kv.past(), kv.type(), () -> KvCache.tensor(result, kv.present()));
      }
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
