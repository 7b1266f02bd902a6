package dev.aligner.onnx.internal.session;

import ai.onnxruntime.platform.Fp16Conversions;
import dev.aligner.InferenceException;
import dev.aligner.onnx.internal.decode.Scores;
import java.nio.ByteBuffer;

/**
 * Scores over the logits {@code [rows, width, vocabulary]} of one step, of which the last position
 * counts. Whatever the graph's type, a score is a 32-bit float, as in transformers.
 */
final class LogitsScores implements Scores {

  private final ByteBuffer logits;
  private final ElementType type;
  private final int width;
  private final int vocabSize;

  LogitsScores(ByteBuffer logits, ElementType type, int width, int vocabSize) {
    this.logits = logits;
    this.type = type;
    this.width = width;
    this.vocabSize = vocabSize;
  }

  @Override
  public int argMax(int row) {
    int start = start(row);
    int best = 0;
    float highest = score(start);
    for (int id = 1; id < vocabSize; id++) {
      float score = score(start + id);
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
    int start = start(row);
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

  private int start(int row) {
    return (row * width + width - 1) * vocabSize;
  }
}
