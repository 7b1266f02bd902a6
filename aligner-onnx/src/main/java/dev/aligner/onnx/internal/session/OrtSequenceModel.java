package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.aligner.InferenceException;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.decode.SequenceModel;
import dev.aligner.onnx.internal.lifecycle.CloseAll;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model in ONNX Runtime: a decoder alone, or an encoder and a decoder. Thread-safe; whoever
 * closes it makes sure that no generation is open.
 */
public final class OrtSequenceModel implements SequenceModel, AutoCloseable {

  private final OrtEnvironment environment;
  private final @Nullable ModelSession encoder;
  private final @Nullable EncoderContract encoderContract;
  private final Decoder decoder;
  private final PromptTokens tokens;
  private final LoraAdapters adapters;
  private final boolean roundsActivations;
  private final CloseAll sessions;

  OrtSequenceModel(
      @Nullable ModelSession encoder,
      Decoder decoder,
      PromptTokens tokens,
      LoraAdapters adapters,
      boolean roundsActivations,
      CloseAll sessions) {
    this.environment = decoder.environment();
    this.encoder = encoder;
    this.encoderContract = encoder == null ? null : EncoderContract.of(encoder);
    this.decoder = decoder;
    this.tokens = tokens;
    this.adapters = adapters;
    this.roundsActivations = roundsActivations;
    this.sessions = sessions;
  }

  @Override
  public int maxRows() {
    return decoder.residence().maxRows();
  }

  /**
   * Returns where the model runs.
   *
   * @return the device, never {@link Device.Auto}
   */
  public Device device() {
    return decoder.selfMover().device();
  }

  /**
   * Tells whether the prompts belong to an encoder.
   *
   * @return false for a decoder alone
   */
  public boolean isEncoderDecoder() {
    return decoder.readsEncoder();
  }

  /**
   * Tells whether prompts of different lengths may be in one generation. Padding of an encoder is
   * masked out; a decoder alone is padded on the left, which takes positions as an input, and which
   * ONNX Runtime's own attention over a cache does not know.
   *
   * @return false if all prompts of a generation need one length
   */
  public boolean readsPadding() {
    return isEncoderDecoder()
        || (decoder.nextContract().readsPadding() && !decoder.groupQueryAttention());
  }

  /**
   * Tells whether what a token gets does not depend on what else is in the same run.
   *
   * @return false for dynamically quantised graphs, which take one scale over a whole tensor
   */
  public boolean isWidthInvariant() {
    return decoder.widthInvariant();
  }

  /**
   * Tells whether a graph rounds activations to bytes, with scales that do not depend on the run.
   *
   * @return false also for dynamically quantised graphs
   */
  public boolean roundsActivations() {
    return roundsActivations;
  }

  /**
   * Tells whether a step copies no cache, because the graph appends to it where it lies.
   *
   * @return whether it does
   */
  public boolean appendsInPlace() {
    return decoder.inPlace();
  }

  /**
   * Returns the memory that the caches of one row take.
   *
   * @param promptTokens the prompt's length
   * @param newTokens the output's length
   * @return bytes
   */
  public long cacheBytes(int promptTokens, int newTokens) {
    long self = decoder.selfAttention().stream().mapToLong(KvPair::bytesPerPosition).sum();
    long cross = decoder.crossAttention().stream().mapToLong(KvPair::bytesPerPosition).sum();
    return isEncoderDecoder()
        ? cross * promptTokens + self * newTokens
        : self * (promptTokens + newTokens);
  }

  /**
   * Returns the size of the vocabulary.
   *
   * @return ids are 0 to this, exclusive
   */
  public int vocabSize() {
    return decoder.vocabSize();
  }

  /**
   * Returns the LoRA adapters that the model can have.
   *
   * @return their names, maybe none
   */
  public Set<String> loraAdapters() {
    return adapters.names();
  }

  @Override
  public Opened open(List<int[]> prompts, Cancellation cancellation) {
    return open(prompts, cancellation, Optional.empty());
  }

  /**
   * Begins a generation of the model with an adapter.
   *
   * @param prompts as for the base
   * @param cancellation as for the base
   * @param loraAdapter the name of the adapter; without one it is the base
   * @return the generation; the caller closes it
   */
  public Opened open(List<int[]> prompts, Cancellation cancellation, Optional<String> loraAdapter) {
    if (prompts.isEmpty()
        || prompts.size() > maxRows()
        || prompts.stream().anyMatch(p -> p.length == 0)) {
      throw new IllegalArgumentException(
          "expected 1 to " + maxRows() + " prompts, none empty; found " + prompts.size());
    }
    CloseAll owned = new CloseAll();
    try {
      OrtSession.RunOptions runOptions = runOptions(loraAdapter, owned);
      owned.add(cancellation.onCancel(() -> terminate(runOptions)));
      EncoderSide side =
          owned.add(
              new EncoderSide(
                  environment,
                  decoder.buffers(),
                  decoder.residence(),
                  isEncoderDecoder() ? prompts : List.of(),
                  tokens.pad()));
      encode(side, prompts.size(), runOptions, cancellation, owned);
      OrtDecoderState state =
          new OrtDecoderState(
              decoder, side, prompts.size(), tokens.pad(), runOptions, cancellation, owned);
      int[][] firstTokens = prompts.toArray(int[][]::new);
      if (isEncoderDecoder()) {
        Arrays.setAll(firstTokens, row -> new int[] {tokens.start()});
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

  private OrtSession.RunOptions runOptions(Optional<String> loraAdapter, CloseAll owned)
      throws OrtException {
    OrtSession.RunOptions runOptions =
        owned.add(NativeHandle.of("run options", new OrtSession.RunOptions())).get();
    if (loraAdapter.isPresent()) {
      adapters.activate(loraAdapter.get(), runOptions);
    }
    return runOptions;
  }

  private void encode(
      EncoderSide side,
      int rows,
      OrtSession.RunOptions runOptions,
      Cancellation cancellation,
      CloseAll owned)
      throws OrtException {
    if (encoder == null || encoderContract == null) {
      return;
    }
    ElementType type = encoderContract.ids().type();
    Map<String, OnnxTensor> feeds = new HashMap<>();
    feeds.put(EncoderContract.INPUT_IDS, side.ids(type));
    if (encoderContract.hasMask()) {
      feeds.put(EncoderContract.ATTENTION_MASK, side.mask(type));
    }
    long hidden = hiddenSize(encoderContract);
    if (!decoder.residence().takesAllocated() && hidden > 0) {
      OnnxTensor states =
          side.take(
              DecoderContract.ENCODER_HIDDEN_STATES,
              encoderContract.hiddenStates().type(),
              rows,
              side.length(),
              hidden);
      Map<String, OnnxTensor> pinned = Map.of(EncoderContract.LAST_HIDDEN_STATE, states);
      encoder.run(feeds, Set.of(), pinned, runOptions, cancellation).close();
      return;
    }
    NativeHandle<OrtSession.Result> result =
        owned.add(
            encoder.run(
                feeds,
                Set.of(EncoderContract.LAST_HIDDEN_STATE),
                Map.of(),
                runOptions,
                cancellation));
    decoder.buffers().count(DirectBuffers.Use.CACHE, bytes(result));
    side.add(
        DecoderContract.ENCODER_HIDDEN_STATES,
        () -> KvCache.tensor(result, EncoderContract.LAST_HIDDEN_STATE));
  }

  /** Returns the last axis of the hidden states, or -1 if no graph tells it. */
  private long hiddenSize(EncoderContract contract) {
    long declared = contract.hiddenStates().shape()[2];
    DecoderContract reader = decoder.firstContract();
    return declared < 1 && reader.has(DecoderContract.ENCODER_HIDDEN_STATES)
        ? reader.input(DecoderContract.ENCODER_HIDDEN_STATES).shape()[2]
        : declared;
  }

  private static long bytes(NativeHandle<OrtSession.Result> result) {
    TensorInfo info = KvCache.tensor(result, EncoderContract.LAST_HIDDEN_STATE).getInfo();
    return info.getNumElements() * ElementType.of(info.type).bytes();
  }

  /**
   * Returns what runs took from Java's memory and left there so far.
   *
   * @return the counts
   */
  public HostTraffic traffic() {
    DirectBuffers buffers = decoder.buffers();
    return new HostTraffic(
        buffers.shared(DirectBuffers.Use.FEED),
        buffers.shared(DirectBuffers.Use.SCORES),
        buffers.shared(DirectBuffers.Use.CACHE));
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
