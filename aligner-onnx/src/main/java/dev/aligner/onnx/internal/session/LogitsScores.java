package dev.aligner.onnx.internal.session;

import ai.onnxruntime.platform.Fp16Conversions;
import dev.aligner.InferenceException;
import dev.aligner.onnx.internal.decode.Scores;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * Scores over the logits {@code [rows, kept, vocabulary]} of one step. Whatever the graph's type, a
 * score is a 32-bit float, as in transformers.
 */
final class LogitsScores implements Scores {

  private final ByteBuffer logits;
  private final ElementType type;
  private final int kept;
  private final int positions;
  private final int vocabSize;

  /**
   * Takes the logits of a step.
   *
   * @param kept how many positions have logits
   * @param positions how many of the last of them were asked for
   */
  LogitsScores(ByteBuffer logits, ElementType type, int kept, int positions, int vocabSize) {
    this.logits = logits;
    this.type = type;
    this.kept = kept;
    this.positions = positions;
    this.vocabSize = vocabSize;
  }

  @Override
  public int argMax(int row, int position) {
    int start = start(row, position);
    if (type == ElementType.FLOAT) {
      return argMax(logits.asFloatBuffer(), start);
    }
    int best = 0;
    float highest = score(start);
    for (int id = 1; id < vocabSize; id++) {
      float score = score(start + id);
      if (score > highest) {
        highest = score;
        best = id;
      }
    }
    requireNumber(highest);
    return best;
  }

  private int argMax(FloatBuffer floats, int start) {
    int best = 0;
    float highest = floats.get(start);
    for (int id = 1; id < vocabSize; id++) {
      float score = floats.get(start + id);
      if (score > highest) {
        highest = score;
        best = id;
      }
    }
    requireNumber(highest);
    return best;
  }

  /**
   * Checks that there is a choice.
   *
   * @throws InferenceException if the highest score is no number above negative infinity
   */
  static void requireNumber(float highest) {
    if (Float.isNaN(highest) || highest == Float.NEGATIVE_INFINITY) {
      throw new InferenceException(
          "the model's scores are not numbers: expected finite logits, found "
              + highest
              + ". Fix: export the model again in fp32",
          null);
    }
  }

  @Override
  public void copyTo(int row, int position, float[] target) {
    int start = start(row, position);
    if (type == ElementType.FLOAT) {
      logits.asFloatBuffer().get(start, target, 0, vocabSize);
      return;
    }
    for (int id = 0; id < vocabSize; id++) {
      target[id] = score(start + id);
    }
  }

  private float score(int index) {
    return switch (type) {
      case FLOAT -> logits.getFloat(index * Float.BYTES);
      case FLOAT16 -> Fp16Conversions.fp16ToFloat(logits.getShort(index * Short.BYTES));
      case BFLOAT16 -> Fp16Conversions.bf16ToFloat(logits.getShort(index * Short.BYTES));
      default -> throw new IllegalStateException("no logits have the type " + type);
    };
  }

  private int start(int row, int position) {
    return (row * kept + kept - positions + position) * vocabSize;
  }
}
