package dev.aligner.onnx.internal.decode.process;

import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.LogitsProcessor;
import java.util.ArrayList;
import java.util.List;

/**
 * Which processors sampling needs, and their order: temperature, top-k, top-p, min-p, typical,
 * epsilon, eta, as in transformers. Where softmax is undefined, for there is a NaN, a score of plus
 * infinity or none above minus infinity, all but temperature and top-k leave scores as they are.
 */
final class SamplingPlan {

  private SamplingPlan() {}

  /**
   * Returns the processors.
   *
   * @param decoding how tokens are chosen
   * @param eosIds how many end-of-sequence tokens there are
   * @return the processors, which share their scratch memory
   */
  static List<LogitsProcessor> of(Decoding decoding, int eosIds) {
    int minKept = minKept(decoding, eosIds);
    Scratch scratch = new Scratch();
    List<LogitsProcessor> processors = new ArrayList<>();
    float temperature = decoding.get(DecodingOption.TEMPERATURE).floatValue();
    if (decoding.get(DecodingOption.TEMPERATURE) != 1) {
      processors.add((inputIds, scores) -> divide(scores, temperature));
    }
    int topK = decoding.get(DecodingOption.TOP_K);
    if (topK > 0) {
      processors.add(new TopK(Math.max(topK, minKept), scratch));
    }
    double topP = decoding.get(DecodingOption.TOP_P);
    if (topP < 1) {
      processors.add(new TopP(topP, minKept, scratch));
    }
    double minP = decoding.get(DecodingOption.MIN_P);
    if (minP > 0) {
      processors.add(new MinP(minP, minKept, scratch));
    }
    double typicalP = decoding.get(DecodingOption.TYPICAL_P);
    if (typicalP < 1) {
      processors.add(new Typical(typicalP, minKept, scratch));
    }
    double epsilon = decoding.get(DecodingOption.EPSILON_CUTOFF);
    if (epsilon > 0) {
      processors.add(Cutoff.epsilon(epsilon, minKept, scratch));
    }
    double eta = decoding.get(DecodingOption.ETA_CUTOFF);
    if (eta > 0) {
      processors.add(Cutoff.eta(eta, minKept, scratch));
    }
    return processors;
  }

  /** Beams need an id to go on with besides those that end them. */
  private static int minKept(Decoding decoding, int eosIds) {
    return decoding.get(DecodingOption.NUM_BEAMS) > 1 ? Math.max(eosIds, 1) + 1 : 1;
  }

  private static void divide(float[] scores, float temperature) {
    for (int id = 0; id < scores.length; id++) {
      scores[id] /= temperature;
    }
  }
}
