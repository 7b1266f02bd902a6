package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.aligner.InferenceException;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.decode.DecoderState;
import dev.aligner.onnx.internal.decode.Scores;
import dev.aligner.onnx.internal.lifecycle.CloseAll;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The decoder of one generation over ONNX Runtime. The KV cache stays in the tensors that ONNX
 * Runtime allocated: what a step puts out is fed to the next step and closed after it. The logits
 * land in a direct buffer.
 */
final class OrtDecoderState implements DecoderState {

  /** Wider prompts are read in several runs, so that the logits of a run stay below this. */
  private static final long MAX_LOGITS_BYTES = 64L << 20;

  private final Decoder decoder;
  private final int rows;
  private final Map<String, Supplier<OnnxTensor>> encoderFeeds;
  private final OrtSession.RunOptions runOptions;
  private final Cancellation cancellation;
  private final CloseAll owned;
  private final DirectBuffers.Slot ids;
  private final DirectBuffers.Slot mask;
  private final DirectBuffers.Slot positions;
  private final DirectBuffers.Slot logits;

  private final Map<String, OnnxTensor> past = new HashMap<>();
  private @Nullable NativeHandle<OrtSession.Result> crossResult;
  private @Nullable NativeHandle<OrtSession.Result> latestResult;
  private int pastLength;
  private boolean closed;

  /**
   * Begins a generation.
   *
   * @param encoderFeeds what every step reads of the encoder, by input name; none for a decoder
   *     alone
   * @param owned what closes with this state
   */
  OrtDecoderState(
      Decoder decoder,
      int rows,
      Map<String, Supplier<OnnxTensor>> encoderFeeds,
      OrtSession.RunOptions runOptions,
      Cancellation cancellation,
      CloseAll owned) {
    this.decoder = decoder;
    this.rows = rows;
    this.encoderFeeds = encoderFeeds;
    this.runOptions = runOptions;
    this.cancellation = cancellation;
    this.owned = owned;
    this.ids = owned.add(decoder.buffers().slot());
    this.mask = owned.add(decoder.buffers().slot());
    this.positions = owned.add(decoder.buffers().slot());
    this.logits = owned.add(decoder.buffers().slot());
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public Scores forward(int[][] tokens) {
    if (closed) {
      throw new IllegalStateException("the generation is closed");
    }
    int width = width(tokens);
    long bytesPerPosition = (long) rows * decoder.vocabSize() * Float.BYTES;
    int widest = (int) Math.max(1, MAX_LOGITS_BYTES / bytesPerPosition);
    Scores scores = null;
    for (int from = 0; from < width; from += widest) {
      int to = Math.min(width, from + widest);
      scores = step(from == 0 && to == width ? tokens : columns(tokens, from, to));
    }
    if (scores == null) {
      throw new IllegalArgumentException("no tokens to read");
    }
    return scores;
  }

  @Override
  public void reorder(int[] sources) {
    throw new UnsupportedOperationException();
  }

  private Scores step(int[][] tokens) {
    int width = tokens[0].length;
    boolean first = pastLength == 0;
    ModelSession session = first ? decoder.first() : decoder.next();
    DecoderContract contract = first ? decoder.firstContract() : decoder.nextContract();
    int vocabSize = decoder.vocabSize();
    FloatBuffer scores =
        logits.atLeast(Math.multiplyExact(rows * width * vocabSize, Float.BYTES)).asFloatBuffer();
    try (CloseAll stepTensors = new CloseAll()) {
      Map<String, OnnxTensor> feeds = feeds(tokens, contract, stepTensors);
      OnnxTensor scoresTensor = floats(stepTensors, scores, rows, width, vocabSize);
      NativeHandle<OrtSession.Result> result =
          session.run(
              feeds,
              presents(first, contract),
              Map.of(DecoderContract.LOGITS, scoresTensor),
              runOptions,
              cancellation);
      keep(result, first);
    } catch (OrtException e) {
      throw new InferenceException("ONNX Runtime made no tensor: " + e.getMessage(), e);
    }
    pastLength += width;
    return new LogitsScores(scores, width, vocabSize);
  }

  private Map<String, OnnxTensor> feeds(
      int[][] tokens, DecoderContract contract, CloseAll stepTensors) throws OrtException {
    int width = tokens[0].length;
    Map<String, OnnxTensor> feeds = new HashMap<>();
    feeds.put(DecoderContract.INPUT_IDS, longs(stepTensors, ids(tokens), rows, width));
    if (contract.has(DecoderContract.ATTENTION_MASK)) {
      int length = pastLength + width;
      feeds.put(DecoderContract.ATTENTION_MASK, longs(stepTensors, ones(length), rows, length));
    }
    if (contract.has(DecoderContract.POSITION_IDS)) {
      feeds.put(DecoderContract.POSITION_IDS, longs(stepTensors, positions(width), rows, width));
    }
    if (contract.has(DecoderContract.USE_CACHE_BRANCH)) {
      boolean[] useCache = {pastLength > 0};
      feeds.put(
          DecoderContract.USE_CACHE_BRANCH,
          own(stepTensors, OnnxTensor.createTensor(environment(), useCache)));
    }
    encoderFeeds.forEach(
        (name, tensor) -> {
          if (contract.has(name)) {
            feeds.put(name, tensor.get());
          }
        });
    for (KvPair kv : contract.kv()) {
      OnnxTensor tensor = past.get(kv.past());
      feeds.put(kv.past(), tensor != null ? tensor : noPast(kv, stepTensors));
    }
    return feeds;
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
    NativeHandle<OrtSession.Result> outdated = latestResult;
    latestResult = result;
    if (first && decoder.hasCrossAttention()) {
      crossResult = result;
    }
    try {
      for (KvPair kv : decoder.nextContract().kv()) {
        if (first || !kv.cross()) {
          past.put(kv.past(), tensor(result, kv.present()));
        }
      }
    } finally {
      if (outdated != null && outdated != crossResult) {
        outdated.close();
      }
    }
  }

  private static OnnxTensor tensor(NativeHandle<OrtSession.Result> result, String name) {
    return result
        .get()
        .get(name)
        .filter(OnnxTensor.class::isInstance)
        .map(OnnxTensor.class::cast)
        .orElseThrow(() -> new InferenceException("the model put out no tensor " + name, null));
  }

  private LongBuffer ids(int[][] tokens) {
    int width = tokens[0].length;
    LongBuffer buffer = ids.atLeast(rows * width * Long.BYTES).asLongBuffer();
    for (int[] row : tokens) {
      for (int token : row) {
        buffer.put(token);
      }
    }
    return buffer.flip();
  }

  private LongBuffer ones(int length) {
    LongBuffer buffer = mask.atLeast(rows * length * Long.BYTES).asLongBuffer();
    for (int i = 0; i < rows * length; i++) {
      buffer.put(i, 1);
    }
    return buffer;
  }

  private LongBuffer positions(int width) {
    LongBuffer buffer = positions.atLeast(rows * width * Long.BYTES).asLongBuffer();
    for (int i = 0; i < rows * width; i++) {
      buffer.put(i, pastLength + i % width);
    }
    return buffer;
  }

  /** A cache of length 0, {@code [rows, heads, 0, dim]}. */
  private OnnxTensor noPast(KvPair kv, CloseAll stepTensors) throws OrtException {
    return floats(stepTensors, FloatBuffer.allocate(0), rows, kv.heads(), 0, kv.dim());
  }

  private OnnxTensor longs(CloseAll owner, LongBuffer buffer, long... shape) throws OrtException {
    return own(owner, OnnxTensor.createTensor(environment(), buffer, shape));
  }

  private OnnxTensor floats(CloseAll owner, FloatBuffer buffer, long... shape) throws OrtException {
    return own(owner, OnnxTensor.createTensor(environment(), buffer, shape));
  }

  private static OnnxTensor own(CloseAll owner, OnnxTensor tensor) {
    return owner.add(NativeHandle.of("a tensor of one step", tensor)).get();
  }

  private OrtEnvironment environment() {
    return decoder.environment();
  }

  private int width(int[][] tokens) {
    int width = tokens.length == rows ? tokens[0].length : -1;
    if (width < 1 || !Arrays.stream(tokens).allMatch(row -> row.length == width)) {
      throw new IllegalArgumentException(
          "expected token ids ["
              + rows
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

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    past.clear();
    if (latestResult != null) {
      owned.add(latestResult);
    }
    if (crossResult != null) {
      owned.add(crossResult);
    }
    owned.close();
  }
}
