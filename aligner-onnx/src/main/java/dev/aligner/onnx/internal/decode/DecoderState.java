package dev.aligner.onnx.internal.decode;

/**
 * The seam between search and runtime: the decoder of one generation, with all that it has read so
 * far. Rows are sequences that advance together. The model behind it is immutable and shared; a
 * state belongs to one generation and one thread.
 *
 * <p>Beam search and drafts will add two verbs, {@code reorder(rows)} and {@code truncate(length)};
 * both become inputs of the next forward.
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
   * @param tokens ids {@code [rows, width]}, the same width of at least 1 in each row
   * @return the scores after the last position of each row, valid until the next call on this state
   */
  Scores forward(int[][] tokens);

  /** Releases what this generation holds. Closing twice does nothing more. */
  @Override
  void close();
}
