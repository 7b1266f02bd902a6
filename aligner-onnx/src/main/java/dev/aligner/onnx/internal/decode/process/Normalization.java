package dev.aligner.onnx.internal.decode.process;

import dev.aligner.onnx.LogitsProcessor;
import java.nio.IntBuffer;

/**
 * Makes log-probabilities of scores. Where they have none, since there is a NaN or nothing finite,
 * the scores stay as they are, and a beam with nowhere to go dies; transformers makes all of them
 * NaN, which wins in its beam search.
 *
 * <p>Not thread-safe: it keeps memory from call to call.
 */
final class Normalization implements LogitsProcessor {

  private final Softmax softmax = new Softmax();

  @Override
  public void process(IntBuffer inputIds, float[] scores) {
    if (softmax.compute(scores)) {
      for (int id = 0; id < scores.length; id++) {
        scores[id] = softmax.logProbability(scores[id]);
      }
    }
  }
}
