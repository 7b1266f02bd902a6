package dev.aligner.onnx.internal.decode;

/**
 * The seam between search and runtime: the decoder of one generation, with all that it has read so
 * far. Rows are sequences that advance together. The model behind it is immutable and shared; a
 * state belongs to one generation and one thread.
 *
 * <p>Drafts will add a verb, {@code truncate(length)}, which becomes an input of the next forward
 * as {@link #reorder} does.
 */
public interface DecoderState extends AutoCloseable {

  /**
   * Returns the number of sequences.
   *
   * @return the rows, at least 1
   */
  int rows();

  /**
   * Reads tokens: appends them to each row and scores what may follow the last of them.
   *
   * @param tokens ids {@code [rows, width]}, at least 1 in each row; the same width in all rows,
   *     but for the first call, where they are the prompts
   * @return the scores after the last position of each row, valid until the next call on this state
   */
  Scores forward(int[][] tokens);

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
