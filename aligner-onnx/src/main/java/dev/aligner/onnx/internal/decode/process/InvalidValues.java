package dev.aligner.onnx.internal.decode.process;

import dev.aligner.onnx.LogitsProcessor;
import java.nio.IntBuffer;

/**
 * Makes all scores finite: NaN becomes 0, an infinite one the largest finite of its sign. What was
 * forbidden becomes very unlikely with it, as in transformers.
 */
final class InvalidValues implements LogitsProcessor {

  @Override
  public void process(IntBuffer inputIds, float[] scores) {
    for (int id = 0; id < scores.length; id++) {
      float score = scores[id];
      if (Float.isNaN(score)) {
        scores[id] = 0;
      } else if (Float.isInfinite(score)) {
        scores[id] = Math.copySign(Float.MAX_VALUE, score);
      }
    }
  }
}
