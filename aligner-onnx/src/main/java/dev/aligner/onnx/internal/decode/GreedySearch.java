package dev.aligner.onnx.internal.decode;

import dev.aligner.FinishReason;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Greedy search: the highest score at each step, until the end-of-sequence token or the limit. Ids
 * are those of {@code generate(do_sample=False, num_beams=1)} in transformers.
 */
public final class GreedySearch {

  private GreedySearch() {}

  /**
   * Writes all rows of a generation to their ends. A row that has ended reads padding while others
   * go on; nothing of that is seen in its result.
   *
   * @param opened the generation, just begun; not closed here
   * @param padTokenId what ended rows read
   * @param stop when a row ends
   * @param cancellation asked before each step
   * @return what each row became, and the steps all of them took together
   */
  public static Result run(
      SequenceModel.Opened opened, int padTokenId, StopCriteria stop, Cancellation cancellation) {
    DecoderState state = opened.state();
    Row[] rows = new Row[state.rows()];
    Arrays.setAll(rows, i -> new Row(stop));
    int[][] tokens = opened.firstTokens();
    int steps = 0;
    int open = rows.length;
    while (open > 0) {
      cancellation.check();
      Scores scores = state.forward(tokens);
      steps++;
      tokens = new int[rows.length][];
      for (int i = 0; i < rows.length; i++) {
        Row row = rows[i];
        if (row.finishReason != null) {
          tokens[i] = new int[] {padTokenId};
          continue;
        }
        int next = scores.argMax(i);
        tokens[i] = new int[] {next};
        if (row.append(next)) {
          open--;
        }
      }
    }
    return new Result(Arrays.stream(rows).map(Row::decoded).toList(), steps);
  }

  /**
   * The outcome of a search.
   *
   * @param rows what each row became
   * @param steps how often the decoder ran
   */
  public record Result(List<DecodedRow> rows, int steps) {

    /** Copies. */
    public Result {
      rows = List.copyOf(rows);
    }
  }

  private static final class Row {
    private final StopCriteria stop;
    private int[] ids = new int[16];
    private int length;
    private @Nullable FinishReason finishReason;

    Row(StopCriteria stop) {
      this.stop = stop;
    }

    /** Appends a token; returns true if the row ends with it. */
    boolean append(int token) {
      if (length == ids.length) {
        ids = Arrays.copyOf(ids, 2 * length);
      }
      ids[length++] = token;
      if (stop.eosTokenIds().contains(token)) {
        finishReason = FinishReason.STOP;
      } else if (length == stop.maxNewTokens()) {
        finishReason = FinishReason.LENGTH;
      }
      return finishReason != null;
    }

    DecodedRow decoded() {
      FinishReason reason = finishReason;
      if (reason == null) {
        throw new IllegalStateException("the row has not ended");
      }
      return new DecodedRow(Arrays.copyOf(ids, length), reason);
    }
  }
}
