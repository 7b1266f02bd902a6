package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OrtEnvironment;
import dev.aligner.ModelLoadException;
import java.util.Set;
import java.util.TreeSet;

/**
 * The decoder's graph or graphs, loaded and checked: one for the step without a past and one for
 * all later steps, which may be the same. Immutable and shared.
 *
 * @param first the graph of the first step
 * @param next the graph of all later steps
 */
record Decoder(
    OrtEnvironment environment,
    ModelSession first,
    DecoderContract firstContract,
    ModelSession next,
    DecoderContract nextContract,
    DirectBuffers buffers) {

  /**
   * Puts a decoder together.
   *
   * @throws ModelLoadException if the graphs have no cache or do not fit each other
   */
  static Decoder of(
      OrtEnvironment environment,
      ModelSession first,
      ModelSession next,
      DecoderContract.KvDimensions dimensions,
      int vocabSize) {
    DecoderContract firstContract = DecoderContract.of(first, dimensions, vocabSize);
    DecoderContract nextContract =
        next == first ? firstContract : DecoderContract.of(next, dimensions, vocabSize);
    if (!nextContract.readsPast()) {
      throw new ModelLoadException(
          next.file(),
          "inputs past_key_values.* for a KV cache",
          "inputs " + nextContract.inputs(),
          "export it again with optimum, for text generation with past");
    }
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
    return new Decoder(environment, first, firstContract, next, nextContract, new DirectBuffers());
  }

  int vocabSize() {
    return nextContract.vocabSize();
  }

  boolean hasCrossAttention() {
    return nextContract.kv().stream().anyMatch(KvPair::cross);
  }
}
