package dev.aligner.onnx.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aligner.FinishReason;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.EarlyStopping;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The facts of the tests of hypotheses in transformers, for four beams. */
class EndedBeamsTest {

  private static final int LENGTH = 10;
  private static final int MAX_LENGTH = 20;

  @Test
  void mayImprove_fullAndEarlyStopping_isFalseWhateverTheScore() {
    EndedBeams ended = of(2, EarlyStopping.TRUE);
    addEach(ended, -10, -10, -10);
    assertThat(ended.mayImprove(-1e8f, 5)).isTrue();

    addEach(ended, -10);

    assertThat(ended.mayImprove(-1e-3f, 5)).isFalse();
  }

  @Test
  void mayImprove_fullAndNoEarlyStopping_comparesWithTheWorst() {
    EndedBeams ended = of(2, EarlyStopping.FALSE);
    addEach(ended, -10, -9, -8, -7, -6); // -10 has no place, so -9 is the worst

    assertThat(ended.best(4).get(3).score()).isCloseTo(-9.0 / 100, within(1e-7));
    assertThat(ended.mayImprove(-5, LENGTH)).isTrue();
    assertThat(ended.mayImprove(-20, LENGTH)).isFalse();
    assertThat(ended.mayImprove(-9, LENGTH)).as("no better than the worst").isFalse();
  }

  @Test
  void mayImprove_never_hopesForTheGreatestLength() {
    EndedBeams ended = of(1, EarlyStopping.NEVER);
    addEach(ended, -10, -9, -8, -7);

    assertThat(ended.mayImprove(-19, LENGTH)).as("-19 / 20 is better than -10 / 10").isTrue();
    assertThat(ended.mayImprove(-21, LENGTH)).isFalse();
  }

  @Test
  void mayImprove_neverAndNoLengthPenalty_takesThePresentScore() {
    EndedBeams ended = of(0, EarlyStopping.NEVER);
    addEach(ended, -10, -9, -8, -7);

    assertThat(ended.mayImprove(-9.5f, LENGTH)).isTrue();
    assertThat(ended.mayImprove(-11, LENGTH)).isFalse();
  }

  @Test
  void mayImprove_notFull_isTrueUnlessNothingIsOpen() {
    EndedBeams ended = of(1, EarlyStopping.FALSE);
    addEach(ended, -1, -1, -1);

    assertThat(ended.mayImprove(-1000, LENGTH)).isTrue();
    assertThat(ended.mayImprove(Float.NEGATIVE_INFINITY, LENGTH)).isFalse();
  }

  @Test
  void add_equalScores_keepsTheEarlier() {
    EndedBeams ended = of(0, EarlyStopping.FALSE);
    for (int id = 0; id < 6; id++) {
      ended.add(new int[] {id}, FinishReason.STOP, -1);
    }

    assertThat(ended.best(4).stream().map(row -> row.tokenIds()[0])).containsExactly(0, 1, 2, 3);
  }

  @Test
  void add_lengthPenalty_dividesByThePowerOfTheLength() {
    EndedBeams ended = of(-1, EarlyStopping.FALSE);
    ended.add(new int[] {5, 6, 7}, FinishReason.LENGTH, -2);

    List<DecodedRow> best = ended.best(1);

    assertThat(best.get(0).score()).isCloseTo(-6, within(1e-6));
    assertThat(best.get(0).finishReason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void best_fewerHaveEnded_isEmptyOutputsOfAScoreBelowAll() {
    EndedBeams ended = of(1, EarlyStopping.FALSE);
    addEach(ended, -10);

    List<DecodedRow> best = ended.best(2);

    assertThat(best.get(1).tokenIds()).isEmpty();
    assertThat(best.get(1).score()).isEqualTo(-1e9);
  }

  private static EndedBeams of(double lengthPenalty, EarlyStopping early) {
    Decoding decoding =
        Decoding.beamSearch(4)
            .with(DecodingOption.LENGTH_PENALTY, lengthPenalty)
            .with(DecodingOption.EARLY_STOPPING, early);
    Run run = Run.of(FakeModel.random(20, true, 1), decoding);
    return new EndedBeams(run.request(List.of(new int[] {4})), MAX_LENGTH);
  }

  private static void addEach(EndedBeams ended, float... sums) {
    for (float sum : sums) {
      ended.add(new int[LENGTH], FinishReason.STOP, sum);
    }
  }
}
