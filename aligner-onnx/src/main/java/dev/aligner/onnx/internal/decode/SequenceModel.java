package dev.aligner.onnx.internal.decode;

import java.util.List;

/**
 * A model that writes token sequences, whatever its architecture. Immutable, shared by all threads.
 */
public interface SequenceModel {

  /**
   * Starts a generation.
   *
   * @param prompts token ids of each row, between one and {@link #maxRows()} rows, none empty
   * @param cancellation asked before each run of the model, and told how to stop one
   * @return the generation's own state; the caller closes it
   */
  Opened open(List<int[]> prompts, Cancellation cancellation);

  /**
   * Returns how many prompts one generation may hold.
   *
   * @return at least 1
   */
  int maxRows();

  /**
   * A generation that has just begun.
   *
   * @param state the decoder's state
   * @param firstTokens what to read first {@code [rows, width]}: the decoder's start token, or the
   *     prompt itself where the model is a decoder alone
   */
  record Opened(DecoderState state, int[][] firstTokens) implements AutoCloseable {

    /** Closes the state. */
    @Override
    public void close() {
      state.close();
    }
  }
}
