package dev.aligner.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.aligner.FinishReason;
import dev.aligner.onnx.internal.decode.DraftUsage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class GenerationTest {

  private static final GeneratedSequence BEST =
      new GeneratedSequence(new int[] {5, 1}, "sekret", FinishReason.STOP, -0.25);
  private static final GeneratedSequence OTHER =
      new GeneratedSequence(new int[] {6}, "sekret2", FinishReason.LENGTH, Double.NaN);

  @Test
  void accessors_areThoseOfTheBest() {
    Generation generation =
        new Generation(List.of(BEST, OTHER), 3, 4, new DraftUsage(8, 6), Duration.ofMillis(5));

    assertThat(generation.sequences()).containsExactly(BEST, OTHER);
    assertThat(generation.tokenIds()).containsExactly(5, 1);
    assertThat(generation.text()).isEqualTo("sekret");
    assertThat(generation.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(generation.score()).hasValue(-0.25);
    assertThat(generation.promptTokens()).isEqualTo(3);
    assertThat(generation.modelSteps()).isEqualTo(4);
    assertThat(generation.duration()).isEqualTo(Duration.ofMillis(5));
  }

  @Test
  void score_ofASearchWithoutScores_isEmpty() {
    assertThat(OTHER.score()).isEmpty();
  }

  @Test
  void tokenIds_changed_changeNothing() {
    BEST.tokenIds()[0] = 99;

    assertThat(BEST.tokenIds()).containsExactly(5, 1);
  }

  @Test
  void toString_holdsNoText() {
    assertThat(
            new Generation(List.of(BEST, OTHER), 3, 4, new DraftUsage(8, 6), Duration.ofMillis(5)))
        .hasToString(
            "Generation[[2 tokens, STOP, score=-0.25, 1 tokens, LENGTH], promptTokens=3,"
                + " modelSteps=4, PT0.005S]");
  }

  @Test
  void new_withoutSequences_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Generation(List.of(), 3, 4, DraftUsage.NONE, Duration.ZERO));
  }
}
