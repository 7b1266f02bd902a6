package dev.aligner.onnx.internal.decode;

/** The model's scores (logits) for the next token of each row. */
public interface Scores {

  /**
   * Returns the id with the highest score; the lowest such id if several have it.
   *
   * @param row which sequence
   * @return a token id
   */
  int argMax(int row);

  /**
   * Copies all scores of a row.
   *
   * @param row which sequence
   * @param target takes one score for each id of the vocabulary
   */
  void copyTo(int row, float[] target);
}
