package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.aligner.InferenceException;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.decode.SequenceModel;
import dev.aligner.onnx.internal.lifecycle.CloseAll;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model in ONNX Runtime: a decoder alone, or an encoder and a decoder. Thread-safe; whoever
 * closes it makes sure that no generation is open.
 */
public final class OrtSequenceModel implements SequenceModel, AutoCloseable {

  /**
   * More rows than this gain nothing on a CPU, and a long answer may have hundreds of sentences.
   */
  private static final int MAX_ROWS = 16;

  private final OrtEnvironment environment;
  private final @Nullable ModelSession encoder;
  private final Decoder decoder;
  private final int decoderStartTokenId;
  private final int padTokenId;
  private final CloseAll sessions;

  OrtSequenceModel(
      OrtEnvironment environment,
      @Nullable ModelSession encoder,
      Decoder decoder,
      int decoderStartTokenId,
      int padTokenId,
      CloseAll sessions) {
    this.environment = environment;
    this.encoder = encoder;
    this.decoder = decoder;
    this.decoderStartTokenId = decoderStartTokenId;
    this.padTokenId = padTokenId;
    this.sessions = sessions;
  }

  /** A decoder alone reads one prompt: rows of different lengths would need padding on the left. */
  @Override
  public int maxRows() {
    return encoder == null ? 1 : MAX_ROWS;
  }

  /**
   * Returns the size of the vocabulary.
   *
   * @return ids are 0 to this, exclusive
   */
  public int vocabSize() {
    return decoder.vocabSize();
  }

  @Override
  public Opened open(List<int[]> prompts, Cancellation cancellation) {
    if (prompts.isEmpty()
        || prompts.size() > maxRows()
        || prompts.stream().anyMatch(p -> p.length == 0)) {
      throw new IllegalArgumentException(
          "expected 1 to " + maxRows() + " prompts, none empty; found " + prompts.size());
    }
    CloseAll owned = new CloseAll();
    try {
      NativeHandle<OrtSession.RunOptions> handle =
          owned.add(NativeHandle.of("run options", new OrtSession.RunOptions()));
      OrtSession.RunOptions runOptions = handle.get();
      owned.add(cancellation.onCancel(() -> terminate(runOptions)));
      Map<String, Supplier<OnnxTensor>> encoderFeeds =
          encoder == null ? Map.of() : encode(encoder, prompts, runOptions, cancellation, owned);
      OrtDecoderState state =
          new OrtDecoderState(
              decoder, prompts.size(), encoderFeeds, runOptions, cancellation, owned);
      int[][] firstTokens = prompts.toArray(int[][]::new);
      if (encoder != null) {
        Arrays.setAll(firstTokens, row -> new int[] {decoderStartTokenId});
      }
      return new Opened(state, firstTokens);
    } catch (OrtException e) {
      owned.closeAfter(e);
      throw new InferenceException("ONNX Runtime made no generation: " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      owned.closeAfter(e);
      throw e;
    }
  }

  private Map<String, Supplier<OnnxTensor>> encode(
      ModelSession graph,
      List<int[]> prompts,
      OrtSession.RunOptions runOptions,
      Cancellation cancellation,
      CloseAll owned)
      throws OrtException {
    int rows = prompts.size();
    int length = prompts.stream().mapToInt(p -> p.length).max().orElseThrow();
    LongBuffer ids = longs(owned, rows * length);
    LongBuffer mask = longs(owned, rows * length);
    for (int[] prompt : prompts) {
      for (int i = 0; i < length; i++) {
        ids.put(i < prompt.length ? prompt[i] : padTokenId);
        mask.put(i < prompt.length ? 1 : 0);
      }
    }
    long[] shape = {rows, length};
    NativeHandle<OnnxTensor> idsTensor = tensor(owned, ids.flip(), shape);
    NativeHandle<OnnxTensor> maskTensor = tensor(owned, mask.flip(), shape);
    Map<String, OnnxTensor> feeds = new HashMap<>();
    feeds.put(EncoderContract.INPUT_IDS, idsTensor.get());
    if (graph.inputs().containsKey(EncoderContract.ATTENTION_MASK)) {
      feeds.put(EncoderContract.ATTENTION_MASK, maskTensor.get());
    }
    NativeHandle<OrtSession.Result> result =
        owned.add(
            graph.run(
                feeds,
                Set.of(EncoderContract.LAST_HIDDEN_STATE),
                Map.of(),
                runOptions,
                cancellation));
    return Map.of(
        DecoderContract.ENCODER_HIDDEN_STATES,
        () -> (OnnxTensor) result.get().get(0),
        DecoderContract.ENCODER_ATTENTION_MASK,
        maskTensor::get);
  }

  private LongBuffer longs(CloseAll owned, int count) {
    return owned.add(decoder.buffers().slot()).atLeast(count * Long.BYTES).asLongBuffer();
  }

  private NativeHandle<OnnxTensor> tensor(CloseAll owned, LongBuffer buffer, long[] shape)
      throws OrtException {
    return owned.add(
        NativeHandle.of(
            "a tensor of the encoder", OnnxTensor.createTensor(environment, buffer, shape)));
  }

  private static void terminate(OrtSession.RunOptions runOptions) {
    try {
      runOptions.setTerminate(true);
    } catch (OrtException e) {
      throw new InferenceException("ONNX Runtime does not stop: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    sessions.close();
  }
}
