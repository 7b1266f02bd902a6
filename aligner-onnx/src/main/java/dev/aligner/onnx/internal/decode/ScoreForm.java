package dev.aligner.onnx.internal.decode;

/** In which form a search needs scores; the cheapest that will do is asked for. */
public enum ScoreForm {
  /** The best id alone. */
  ARG_MAX,
  /** The scores of all ids, and the best one. */
  LOGITS
}
