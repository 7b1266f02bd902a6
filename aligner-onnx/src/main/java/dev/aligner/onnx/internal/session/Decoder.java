package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OrtEnvironment;
import dev.aligner.ModelLoadException;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.internal.graph.CacheTensor;
import dev.aligner.onnx.internal.graph.InPlaceCaches;
import dev.aligner.onnx.internal.lifecycle.CloseAll;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The decoder's graph or graphs, loaded and checked: one for the step without a past and one for
 * all later steps, which may be the same. Immutable and shared.
 *
 * @param first the graph of the first step
 * @param next the graph of all later steps
 * @param widthInvariant whether the number of tokens that a step reads changes nothing; else
 *     prompts are read whole, as transformers does
 * @param groupQueryAttention whether several rows read one token each once they have a past
 * @param residence where caches lie
 * @param inPlace whether the graph appends to caches where they lie
 * @param selfMover moves the self-attention caches
 * @param encoderMover moves what later steps read of the encoder
 */
record Decoder(
    OrtEnvironment environment,
    ModelSession first,
    DecoderContract firstContract,
    ModelSession next,
    DecoderContract nextContract,
    boolean widthInvariant,
    boolean groupQueryAttention,
    DirectBuffers buffers,
    Residence residence,
    boolean inPlace,
    CacheMover selfMover,
    CacheMover encoderMover)
    implements AutoCloseable {

  /** Wider prompts are read in several runs, so that the logits of a run stay below this. */
  private static final long MAX_LOGITS_BYTES = 64L << 20;

  /** Wider drafts gain nothing any more, and ONNX Runtime makes all their logits. */
  private static final long MAX_DRAFT_LOGITS_BYTES = 32L << 20;

  /**
   * Puts a decoder together.
   *
   * @return the decoder, which owns its buffers and movers, but not its sessions
   * @throws ModelLoadException if the graphs do not fit each other
   */
  static Decoder of(
      OrtEnvironment environment,
      ModelSession first,
      DecoderContract firstContract,
      ModelSession next,
      DecoderContract nextContract,
      boolean widthInvariant,
      boolean groupQueryAttention,
      Device device,
      Residency residency) {
    Set<String> missing = new TreeSet<>();
    nextContract.kv().forEach(kv -> missing.add(kv.present()));
    missing.removeAll(firstContract.presents());
    if (!missing.isEmpty() || firstContract.vocabSize() != nextContract.vocabSize()) {
      throw new ModelLoadException(
          first.file(),
          "the caches and the vocabulary of "
              + nextContract.vocabSize()
              + " that "
              + next.file().getFileName()
              + " reads",
          "no outputs " + missing + ", vocabulary of " + firstContract.vocabSize(),
          "export all graphs of the model again, together");
    }
    if (!nextContract.readsPast() && !nextContract.presents().isEmpty()) {
      throw pastMissing(first, next);
    }
    List<CacheTensor> self = new ArrayList<>();
    List<CacheTensor> encoder = new ArrayList<>();
    for (KvPair kv : nextContract.kv()) {
      (kv.cross() ? encoder : self).add(kv.tensor());
    }
    if (nextContract.has(DecoderContract.ENCODER_HIDDEN_STATES)) {
      int type = nextContract.input(DecoderContract.ENCODER_HIDDEN_STATES).type().onnxType();
      encoder.add(new CacheTensor(DecoderContract.ENCODER_HIDDEN_STATES, type, 3, 1));
    }
    DirectBuffers buffers = new DirectBuffers();
    Residence residence = Residences.open(environment, next, device, residency, buffers);
    boolean inPlace =
        groupQueryAttention
            && first == next
            && !residence.takesAllocated()
            && appendsInPlace(next.file(), nextContract);
    return new Decoder(
        environment,
        first,
        firstContract,
        next,
        nextContract,
        widthInvariant,
        groupQueryAttention,
        buffers,
        residence,
        inPlace,
        new CacheMover(environment, next.file(), device, self),
        new CacheMover(environment, next.file(), device, encoder));
  }

  /** How much a cache holds the mask has to tell then. */
  private static boolean appendsInPlace(Path file, DecoderContract contract) {
    Map<String, String> presents = new HashMap<>();
    contract.kv().forEach(kv -> presents.put(kv.past(), kv.present()));
    return contract.has(DecoderContract.ATTENTION_MASK)
        && contract.kv().stream().allMatch(KvPair::canGrowInPlace)
        && InPlaceCaches.are(file, presents);
  }

  /** Makes an empty cache of a generation. */
  SelfCache newCache(int rows) {
    return inPlace
        ? new InPlaceKvCache(environment, residence, selfAttention(), selfMover, rows)
        : new KvCache(environment, residence, selfAttention(), selfMover, rows);
  }

  /** A graph puts its caches out, and no graph takes them in. */
  private static ModelLoadException pastMissing(ModelSession first, ModelSession next) {
    String fix =
        "copy all files of the export, or export it again with optimum, for text generation with"
            + " past";
    return next == first && String.valueOf(first.file().getFileName()).equals("decoder_model.onnx")
        ? new ModelLoadException(
            first.file().resolveSibling("decoder_with_past_model.onnx"),
            "the decoder of all later steps beside decoder_model.onnx",
            "no such file",
            fix)
        : new ModelLoadException(
            next.file(),
            "inputs past_key_values.* for the caches that it puts out",
            "inputs " + new TreeSet<>(next.inputs().keySet()),
            fix);
  }

  int vocabSize() {
    return nextContract.vocabSize();
  }

  boolean hasCache() {
    return nextContract.readsPast();
  }

  /** Tells whether a step reads anything of an encoder. */
  boolean readsEncoder() {
    return firstContract.holdsEncoder()
        || firstContract.has(DecoderContract.ENCODER_HIDDEN_STATES)
        || firstContract.has(DecoderContract.ENCODER_ATTENTION_MASK);
  }

  List<KvPair> selfAttention() {
    return nextContract.kv().stream().filter(kv -> !kv.cross()).toList();
  }

  List<KvPair> crossAttention() {
    return nextContract.kv().stream().filter(KvPair::cross).toList();
  }

  private DecoderContract contract(boolean isFirst) {
    return isFirst ? firstContract : nextContract;
  }

  /** Returns how many tokens of each row a step may read. */
  int widestStep(int rows, boolean isFirst) {
    DecoderContract contract = contract(isFirst);
    boolean fewLogits = contract.canLimitScores() || contract.scoresLastPosition();
    if (fewLogits || !widthInvariant || readsOneEach(rows)) {
      return contract.maxWidth();
    }
    return (int) Math.min(contract.maxWidth(), positionsBelow(MAX_LOGITS_BYTES, rows, contract));
  }

  /** Returns how many positions of each row a step may score. */
  int mostPositions(int rows, boolean isFirst) {
    DecoderContract contract = contract(isFirst);
    return contract.scoresLastPosition() || (readsOneEach(rows) && !isFirst)
        ? 1
        : (int)
            Math.min(
                widestStep(rows, isFirst), positionsBelow(MAX_DRAFT_LOGITS_BYTES, rows, contract));
  }

  /**
   * ONNX Runtime's GroupQueryAttention takes either several rows or several tokens after a past.
   */
  private boolean readsOneEach(int rows) {
    return groupQueryAttention && rows > 1;
  }

  private long positionsBelow(long bytes, int rows, DecoderContract contract) {
    return Math.max(1, bytes / ((long) rows * vocabSize() * contract.logits().type().bytes()));
  }

  @Override
  public void close() {
    CloseAll all = new CloseAll();
    all.add(buffers);
    all.add(residence);
    all.add(selfMover);
    all.add(encoderMover);
    all.close();
  }
}
