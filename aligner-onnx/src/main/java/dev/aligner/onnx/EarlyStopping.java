package dev.aligner.onnx;

/** When beam search gives up on the beams that have not ended, as {@code early_stopping}. */
public enum EarlyStopping {

  /**
   * A heuristic ends the search when no open beam is likely to beat the ended ones: the best open
   * score at its present length. The default.
   */
  FALSE,

  /** The search ends as soon as {@code numBeams} beams have ended. */
  TRUE,

  /** The search ends when no open beam can beat the ended ones, whatever it still writes. */
  NEVER
}
