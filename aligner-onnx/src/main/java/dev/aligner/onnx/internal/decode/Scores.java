package dev.aligner.onnx.internal.decode;

/**
 * The model's scores (logits) for the next token, after each of the positions that were asked for.
 * Rows and positions count from 0.
 */
public interface Scores {

  /**
   * Returns the id with the highest score; the lowest such id if several have it.
   *
   * @param row which sequence
   * @param position which of the scored positions
   * @return a token id
   * @throws dev.aligner.InferenceException if the scores are no numbers
   */
  int argMax(int row, int position);

  /**
   * Copies all scores of a position. Only where they were asked for.
   *
   * @param row which sequence
   * @param position which of the scored positions
   * @param target takes one score for each id of the vocabulary
   */
  void copyTo(int row, int position, float[] target);
}
