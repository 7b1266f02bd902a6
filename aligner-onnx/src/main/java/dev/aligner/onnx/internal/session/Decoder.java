package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OrtEnvironment;
import dev.aligner.ModelLoadException;
import java.util.List;
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
 */
record Decoder(
    OrtEnvironment environment,
    ModelSession first,
    DecoderContract firstContract,
    ModelSession next,
    DecoderContract nextContract,
    boolean widthInvariant,
    DirectBuffers buffers) {

  /** Wider prompts are read in several runs, so that the logits of a run stay below this. */
  private static final long MAX_LOGITS_BYTES = 64L << 20;

  /**
   * Puts a decoder together.
   *
   * @throws ModelLoadException if the graphs do not fit each other
   */
  static Decoder of(
      OrtEnvironment environment,
      ModelSession first,
      DecoderContract firstContract,
      ModelSession next,
      DecoderContract nextContract,
      boolean widthInvariant) {
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
    return new Decoder(
        environment, first, firstContract, next, nextContract, widthInvariant, new DirectBuffers());
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

  /** Returns how many tokens of each row a step may read. */
  long widestStep(int rows, boolean isFirst) {
    DecoderContract contract = isFirst ? firstContract : nextContract;
    if (contract.givesLastLogits() || !widthInvariant) {
      return contract.maxWidth();
    }
    long bytes = (long) rows * vocabSize() * contract.logits().type().bytes();
    return Math.min(contract.maxWidth(), Math.max(1, MAX_LOGITS_BYTES / bytes));
  }
}
