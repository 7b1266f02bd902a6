package dev.aligner.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlignmentTest {

  private static final int[] OUTPUT = IntStream.range(1000, 1100).toArray();

  @Test
  void of_unchangedDraft_isOneStep() {
    assertThat(Alignment.of(OUTPUT, OUTPUT).clairvoyantSteps()).containsExactly(100);
  }

  @Test
  void of_strangeDraft_isOneStepForEachToken() {
    int[] strange = IntStream.range(1, 101).toArray();
    assertThat(Alignment.of(OUTPUT, strange).clairvoyantSteps()).hasSize(100).containsOnly(1);
  }

  @Test
  void of_oneTokenReplaced_isTheCopyBeforeWithTheReplacementAndTheCopyAfter() {
    int[] draft = OUTPUT.clone();
    draft[40] = 1;
    assertThat(Alignment.of(OUTPUT, draft).clairvoyantSteps()).containsExactly(41, 59);
  }

  @Test
  void of_tokensPutIntoTheDraft_endsTheCopyThere() {
    int[] draft =
        IntStream.range(0, 102).map(i -> i < 40 ? 1000 + i : i < 42 ? i : 998 + i).toArray();
    assertThat(Alignment.of(OUTPUT, draft).clairvoyantSteps()).containsExactly(41, 59);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.02, 0.05, 0.10, 0.30})
  void scriptedDraft_ofRatio_isThatFarAway(double ratio) {
    int[] output = IntStream.range(1000, 1256).toArray();
    int[] draft = new ScriptedDraft(3, 2000, 30_000).of(output, ratio);
    assertThat(Alignment.of(output, draft).editRatio())
        .isBetween(ratio * 0.9 - 0.002, ratio + 0.02);
  }

  @Test
  void millis_betweenAndBeyondWidths_goesOnStraight() {
    CostCurve curve = new CostCurve(Map.of(1, 10.0, 3, 12.0, 5, 20.0));
    assertThat(curve.millis(2)).isEqualTo(11.0);
    assertThat(curve.millis(7)).isEqualTo(28.0);
  }
}
