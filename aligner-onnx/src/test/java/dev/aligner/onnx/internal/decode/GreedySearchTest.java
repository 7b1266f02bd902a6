package dev.aligner.onnx.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.FinishReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Search over a scripted decoder: no runtime is needed. */
class GreedySearchTest {

  private static final int START = 90;
  private static final int PAD = 0;
  private static final int EOS = 1;
  private static final int OTHER_EOS = 2;

  @Test
  void run_eosAtTheFirstStep_takesOneStep() {
    Script script = new Script(new int[] {EOS, 7});

    GreedySearch.Result result = run(script, 10);

    assertThat(result.steps()).isEqualTo(1);
    assertThat(script.read).hasSize(1);
    assertThat(result.rows().get(0).tokenIds()).containsExactly(EOS);
    assertThat(result.rows().get(0).finishReason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void run_noEos_endsAtTheLimit() {
    GreedySearch.Result result = run(new Script(new int[] {5, 6, 7, 8}), 3);

    assertThat(result.steps()).isEqualTo(3);
    assertThat(result.rows().get(0).tokenIds()).containsExactly(5, 6, 7);
    assertThat(result.rows().get(0).finishReason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void run_eosAtTheLimit_hasStopped() {
    GreedySearch.Result result = run(new Script(new int[] {5, OTHER_EOS}), 2);

    assertThat(result.rows().get(0).finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(result.rows().get(0).tokenIds()).containsExactly(5, OTHER_EOS);
  }

  @Test
  void run_rowsOfDifferentLengths_padThoseThatHaveEnded() {
    Script script = new Script(new int[] {5, EOS, 9, 9}, new int[] {6, 7, 8, EOS});

    GreedySearch.Result result = run(script, 10);

    assertThat(result.steps()).isEqualTo(4);
    assertThat(result.rows().get(0).tokenIds()).containsExactly(5, EOS);
    assertThat(result.rows().get(1).tokenIds()).containsExactly(6, 7, 8, EOS);
    assertThat(script.read)
        .containsExactly(List.of(START, START), List.of(5, 6), List.of(EOS, 7), List.of(PAD, 8));
  }

  @Test
  void run_longOutput_growsBeyondItsFirstArray() {
    int[] tokens = new int[100];
    Arrays.setAll(tokens, i -> 3 + i);

    assertThat(run(new Script(tokens), 100).rows().get(0).tokenIds()).isEqualTo(tokens);
  }

  @Test
  void run_cancelled_endsBeforeTheNextStep() {
    Script script = new Script(new int[] {5, 6, 7, 8});
    Cancellation afterTwo =
        new Cancellation() {
          @Override
          public void check() {
            if (script.read.size() == 2) {
              throw new IllegalStateException("cancelled");
            }
          }

          @Override
          public Registration onCancel(Runnable stop) {
            return () -> {};
          }
        };

    assertThatThrownBy(
            () -> GreedySearch.run(script.open(), PAD, new StopCriteria(Set.of(EOS), 10), afterTwo))
        .hasMessage("cancelled");
    assertThat(script.read).hasSize(2);
  }

  @Test
  void stopCriteria_noTokenAllowed_isRefused() {
    assertThatThrownBy(() -> new StopCriteria(Set.of(), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxNewTokens");
  }

  private static GreedySearch.Result run(Script script, int maxNewTokens) {
    StopCriteria stop = new StopCriteria(Set.of(EOS, OTHER_EOS), maxNewTokens);
    return GreedySearch.run(script.open(), PAD, stop, Cancellation.NEVER);
  }

  /** A decoder that says what a script tells, whatever it reads, and records what it read. */
  private static final class Script implements DecoderState {

    private final int[][] rows;
    private final List<List<Integer>> read = new ArrayList<>();

    Script(int[]... rows) {
      this.rows = rows;
    }

    SequenceModel.Opened open() {
      int[][] first = new int[rows.length][];
      Arrays.setAll(first, i -> new int[] {START});
      return new SequenceModel.Opened(this, first);
    }

    @Override
    public int rows() {
      return rows.length;
    }

    @Override
    public Scores forward(int[][] tokens) {
      int step = read.size();
      List<Integer> column = new ArrayList<>();
      for (int[] row : tokens) {
        column.add(row[row.length - 1]);
      }
      read.add(column);
      return new Scores() {
        @Override
        public int argMax(int row) {
          return rows[row][step];
        }

        @Override
        public void copyTo(int row, float[] target) {
          throw new AssertionError("greedy search needs no logits");
        }
      };
    }

    @Override
    public void reorder(int[] sources) {
      throw new AssertionError("one greedy row per prompt stays where it is");
    }

    @Override
    public void close() {}
  }
}
