package dev.aligner.onnx.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A model whose scores are a function of all that a row has read, the encoder's prompt included, so
 * that a row whose past goes wrong writes something else. It records how it is used.
 */
final class FakeModel implements SequenceModel {

  static final int START = 0;

  private final int vocabSize;
  private final boolean encoderDecoder;
  private final Function<int[], float[]> logits;

  /** The rows of each step. */
  final List<Integer> rowsOfSteps = new ArrayList<>();

  /** What each row read in each step but the first. */
  final List<List<Integer>> read = new ArrayList<>();

  /** All that was reordered. */
  final List<int[]> reorders = new ArrayList<>();

  /** How many positions of each row were scored in each step. */
  final List<Integer> widthsOfSteps = new ArrayList<>();

  int open;
  int mostPositions = Integer.MAX_VALUE;

  FakeModel(int vocabSize, boolean encoderDecoder, Function<int[], float[]> logits) {
    this.vocabSize = vocabSize;
    this.encoderDecoder = encoderDecoder;
    this.logits = logits;
  }

  /** A model of random scores, of which those of the lowest ids are a little higher. */
  static FakeModel random(int vocabSize, boolean encoderDecoder, long seed) {
    return new FakeModel(
        vocabSize,
        encoderDecoder,
        history -> {
          SplittableRandom random = new SplittableRandom(seed * 31 + Arrays.hashCode(history));
          float[] scores = new float[vocabSize];
          for (int id = 0; id < vocabSize; id++) {
            scores[id] = (float) (random.nextGaussian() * 1.5 + (id < 3 ? 1 : 0));
          }
          return scores;
        });
  }

  /** A model that writes these tokens, whatever it reads; one row of them for each prompt. */
  static FakeModel script(int vocabSize, int[]... outputs) {
    return new FakeModel(
        vocabSize,
        true,
        history -> {
          float[] scores = new float[vocabSize];
          scores[outputs[history[0]][history.length - 2]] = 1;
          return scores;
        });
  }

  /** The prompts of a {@link #script}: each is the index of its row. */
  static List<int[]> scriptPrompts(int count) {
    return IntStream.range(0, count).mapToObj(i -> new int[] {i}).toList();
  }

  int vocabSize() {
    return vocabSize;
  }

  boolean encoderDecoder() {
    return encoderDecoder;
  }

  float[] logits(int[] history) {
    return logits.apply(history);
  }

  @Override
  public Opened open(List<int[]> prompts, Cancellation cancellation) {
    open++;
    int[][] first =
        encoderDecoder
            ? prompts.stream().map(prompt -> new int[] {START}).toArray(int[][]::new)
            : prompts.toArray(int[][]::new);
    int[][] begun =
        prompts.stream().map(prompt -> encoderDecoder ? prompt : new int[0]).toArray(int[][]::new);
    return new Opened(new State(begun), first);
  }

  @Override
  public int maxRows() {
    return 64;
  }

  static int[] concat(int[] left, int... right) {
    return IntStream.concat(IntStream.of(left), IntStream.of(right)).toArray();
  }

  private final class State implements DecoderState {

    private int[][] histories;
    private boolean first = true;
    private int length;
    private boolean closed;

    State(int[][] begun) {
      this.histories = begun;
    }

    @Override
    public int rows() {
      return histories.length;
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public int mostPositions(ScoreForm form) {
      return mostPositions;
    }

    @Override
    public Scores forward(int[][] tokens, int positions, ScoreForm form) {
      assertThat(tokens).hasNumberOfRows(histories.length);
      rowsOfSteps.add(tokens.length);
      widthsOfSteps.add(positions);
      int width = Arrays.stream(tokens).mapToInt(row -> row.length).max().orElseThrow();
      assertThat(positions).isBetween(1, Math.min(width, mostPositions));
      if (!first) {
        assertThat(tokens).hasDimensions(tokens.length, width);
        read.add(Arrays.stream(tokens).map(row -> row[0]).toList());
      }
      first = false;
      length += width;
      for (int row = 0; row < tokens.length; row++) {
        histories[row] = concat(histories[row], tokens[row]);
      }
      return new FakeScores(histories.clone(), positions, form);
    }

    @Override
    public void truncate(int newLength) {
      assertThat(newLength).isBetween(1, length);
      for (int row = 0; row < histories.length; row++) {
        histories[row] =
            Arrays.copyOf(histories[row], histories[row].length - (length - newLength));
      }
      length = newLength;
    }

    @Override
    public void reorder(int[] sources) {
      assertThat(sources).isNotEmpty();
      reorders.add(sources.clone());
      histories = IntStream.of(sources).mapToObj(row -> histories[row]).toArray(int[][]::new);
    }

    @Override
    public void close() {
      if (!closed) {
        open--;
      }
      closed = true;
    }
  }

  private final class FakeScores implements Scores {

    private final int[][] histories;
    private final int positions;
    private final ScoreForm form;

    FakeScores(int[][] histories, int positions, ScoreForm form) {
      this.histories = histories;
      this.positions = positions;
      this.form = form;
    }

    private float[] logitsAt(int row, int position) {
      assertThat(position).isBetween(0, positions - 1);
      int[] history = histories[row];
      return logits(Arrays.copyOf(history, history.length - (positions - 1 - position)));
    }

    @Override
    public int argMax(int row, int position) {
      return ScoreArrays.argMax(logitsAt(row, position));
    }

    @Override
    public void copyTo(int row, int position, float[] target) {
      assertThat(form).isEqualTo(ScoreForm.LOGITS);
      System.arraycopy(logitsAt(row, position), 0, target, 0, vocabSize);
    }
  }
}
