package dev.aligner.onnx.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.platform.Fp16Conversions;
import dev.aligner.InferenceException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LogitsScoresTest {

  private static final int VOCAB = 3;

  /** Two rows of two positions, in numbers that all formats have. */
  private static final float[] LOGITS = {9, 9, 9, -1.5f, 2, 2, 9, 9, 9, 0.25f, -64, 1};

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "FLOAT16", "BFLOAT16"})
  void scores_ofAnyFormat_areThoseOfTheLastPosition(ElementType type) {
    LogitsScores scores = new LogitsScores(buffer(type, LOGITS), type, 2, 1, VOCAB);
    float[] row = new float[VOCAB];

    scores.copyTo(0, 0, row);
    assertThat(row).containsExactly(-1.5f, 2, 2);
    scores.copyTo(1, 0, row);
    assertThat(row).containsExactly(0.25f, -64, 1);
    assertThat(scores.argMax(0, 0)).as("the lowest of equals").isEqualTo(1);
    assertThat(scores.argMax(1, 0)).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "FLOAT16", "BFLOAT16"})
  void argMax_ofNoNumbers_isRefused(ElementType type) {
    LogitsScores scores =
        new LogitsScores(buffer(type, Float.NaN, Float.NaN, Float.NaN), type, 1, 1, VOCAB);

    assertThatThrownBy(() -> scores.argMax(0, 0)).isInstanceOf(InferenceException.class);
  }

  private static ByteBuffer buffer(ElementType type, float... values) {
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(values.length * type.bytes()).order(ByteOrder.nativeOrder());
    for (float value : values) {
      switch (type) {
        case FLOAT -> buffer.putFloat(value);
        case FLOAT16 -> buffer.putShort(Fp16Conversions.floatToFp16(value));
        default -> buffer.putShort(Fp16Conversions.floatToBf16(value));
      }
    }
    return buffer.flip();
  }
}
