package dev.aligner.onnx.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.onnx.internal.decode.WidthProbe.Activations;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WidthProbeTest {

  private static final int VOCABULARY = 50;

  @Test
  void modelThatReadsWideStepsAsSingleOnes_isInvariant() {
    WidthProbe found = probe(new Model(0, 0), Activations.ROUNDED);

    assertThat(found.difference()).isZero();
    assertThat(found.isInvariant()).isTrue();
  }

  @Test
  void modelWhoseWideStepsAreWrong_isNot() {
    assertThat(probe(new Model(0, 0.5), Activations.FLOATS).isInvariant()).isFalse();
  }

  @Test
  void lastBits_areHarmlessWhereNothingIsRounded_butNotWhereTheyDecideHowActivationsAre() {
    assertThat(probe(new Model(0, 0.001), Activations.FLOATS).isInvariant()).isTrue();
    assertThat(probe(new Model(0, 0.001), Activations.ROUNDED).isInvariant()).isFalse();
  }

  @Test
  void differencesBehindALongPast_areFoundWhereActivationsAreRounded() {
    assertThat(probe(new Model(100, 0.5), Activations.ROUNDED).isInvariant()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 8, 20, 64, 148})
  void noMorePositionsAreRead_thanTheModelHas(int positions) {
    Model model = new Model(0, 0);

    probe(model, positions, Activations.ROUNDED);

    assertThat(model.longest()).hasPositiveValue().hasValueLessThanOrEqualTo(positions);
  }

  @Test
  void steps_areObserved() {
    MeasuredStepCost cost = new MeasuredStepCost();

    WidthProbe.run(new Model(0, 0), VOCABULARY, 1000, Activations.ROUNDED, cost);

    assertThat(cost.of(16)).isPositive().isNotEqualTo(new MeasuredStepCost().of(16));
  }

  private static WidthProbe probe(Model model, Activations activations) {
    return probe(model, 1000, activations);
  }

  private static WidthProbe probe(Model model, int positions, Activations activations) {
    return WidthProbe.run(model, VOCABULARY, positions, activations, new MeasuredStepCost());
  }

  /**
   * Scores of a place depend on its token, and on the step's width where the past is long enough.
   *
   * @param harmlessPast the longest past behind which they do not
   * @param error how much they differ in wide steps
   * @param longest how many positions a row had at most
   */
  private record Model(int harmlessPast, double error, AtomicInteger longest)
      implements SequenceModel {

    Model(int harmlessPast, double error) {
      this(harmlessPast, error, new AtomicInteger());
    }

    @Override
    public Opened open(List<int[]> prompts, Cancellation cancellation) {
      return new Opened(new State(), prompts.toArray(int[][]::new));
    }

    @Override
    public int maxRows() {
      return 1;
    }

    private final class State implements DecoderState {

      private int length;

      @Override
      public int rows() {
        return 1;
      }

      @Override
      public int length() {
        return length;
      }

      @Override
      public int mostPositions(ScoreForm form) {
        return Integer.MAX_VALUE;
      }

      @Override
      public Scores forward(int[][] tokens, int positions, ScoreForm form) {
        int[] scored =
            Arrays.copyOfRange(tokens[0], tokens[0].length - positions, tokens[0].length);
        boolean wrong = tokens[0].length > 1 && length > harmlessPast;
        length += tokens[0].length;
        longest.accumulateAndGet(length, Math::max);
        return new Scores() {
          @Override
          public int argMax(int row, int position) {
            throw new UnsupportedOperationException("the probe asks for logits");
          }

          @Override
          public void copyTo(int row, int position, float[] target) {
            SplittableRandom random = new SplittableRandom(scored[position]);
            for (int id = 0; id < target.length; id++) {
              target[id] = (float) (random.nextDouble() + (wrong && id % 2 == 0 ? error : 0));
            }
          }
        };
      }

      @Override
      public void truncate(int newLength) {
        length = newLength;
      }

      @Override
      public void reorder(int[] sources) {
        throw new UnsupportedOperationException("there is one row");
      }

      @Override
      public void close() {}
    }
  }
}
