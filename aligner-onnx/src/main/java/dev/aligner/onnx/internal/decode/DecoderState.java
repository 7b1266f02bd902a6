package dev.aligner.onnx.internal.decode;

/**
 * The seam between search and runtime: the decoder of one generation, with all that it has read so
 * far. Rows are sequences that advance together. The model behind it is immutable and shared; a
 * state belongs to one generation and one thread.
 *
 * <p>{@link #truncate} and {@link #reorder} become inputs of the next {@link #forward}: nothing is
 * done where no step follows.
 */
public interface DecoderState extends AutoCloseable {

  /**
   * Returns the number of sequences.
   *
   * @return the rows, at least 1
   */
  int rows();

  /**
   * Returns how many positions each row has read, padding included.
   *
   * @return the length of the cache
   */
  int length();

  /**
   * Returns how many positions of each row can be scored in one step.
   *
   * @param form what is asked of the scores
   * @return at least 1
   */
  int mostPositions(ScoreForm form);

  /**
   * Reads tokens: appends them to each row and scores what may follow the last of them.
   *
   * @param tokens ids {@code [rows, width]}, at least 1 in each row; the same width in all rows,
   *     but for the first call, where they are the prompts, which are padded in front
   * @param positions after how many of the last positions scores are wanted, from 1 to the width
   * @param form what is wanted of them
   * @return the scores {@code [rows, positions]}, valid until the next call on this state
   */
  Scores forward(int[][] tokens, int positions, ScoreForm form);

  /**
   * Forgets positions: drafts that were not accepted.
   *
   * @param length how many positions each row keeps, from the first one; at least 1, at most {@link
   *     #length()}
   */
  void truncate(int length);

  /**
   * Takes the past of each row from another row, from the next {@link #forward} on. There may be
   * more rows then, or fewer: a row taken twice is two beams of one prompt, one not taken has
   * ended.
   *
   * @param sources for each row to be, the present row that it goes on from; at least one
   */
  void reorder(int[] sources);

  /** Releases what this generation holds. Closing twice does nothing more. */
  @Override
  void close();
}
