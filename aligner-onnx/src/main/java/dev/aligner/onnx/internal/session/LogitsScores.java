package dev.aligner.onnx.internal.session;

import dev.aligner.InferenceException;
import dev.aligner.onnx.internal.decode.Scores;
import java.nio.FloatBuffer;

/**
 * Scores over the logits {@code [rows, width, vocabulary]} of one step, of which the last position
 * counts.
 */
final class LogitsScores implements Scores {

  private final FloatBuffer logits;
  private final int width;
  private final int vocabSize;

  LogitsScores(FloatBuffer logits, int width, int vocabSize) {
    this.logits = logits;
    this.width = width;
    this.vocabSize = vocabSize;
  }

  @Override
  public int argMax(int row) {
    int start = start(row);
    int best = 0;
    float highest = logits.get(start);
    for (int id = 1; id < vocabSize; id++) {
      float score = logits.get(start + id);
      if (score > highest) {
        highest = score;
        best = id;
      }
    }
    if (Float.isNaN(highest) || highest == Float.NEGATIVE_INFINITY) {
      throw new InferenceException(
          "the model's scores are not numbers: expected finite logits, found "
              + highest
              + ". Fix: export the model again in fp32",
          null);
    }
    return best;
  }

  @Override
  public void copyTo(int row, float[] target) {
    logits.get(start(row), target, 0, vocabSize);
  }

  private int start(int row) {
    return (row * width + width - 1) * vocabSize;
  }
}
