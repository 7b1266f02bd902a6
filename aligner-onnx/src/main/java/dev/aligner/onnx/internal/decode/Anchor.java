package dev.aligner.onnx.internal.decode;

/** Why a place of a draft is taken to be the one where the output goes on. */
enum Anchor {
  /** The output begins as the draft does. */
  START(0.7),
  /** Nothing of the draft is met again: one token of it was replaced by another. */
  REPLACEMENT(0.5),
  /** Nothing is met again, and not for the first token since the edit: it may be a rewrite. */
  LOST(0.15),
  /** The last token stands shortly behind the edit. */
  TOKEN_NEAR(0.7),
  /** The last token stands elsewhere, and there alone. */
  TOKEN_FAR(0.3),
  /** The last two tokens stand shortly behind the edit. */
  PAIR_NEAR(0.9),
  /** The last two tokens stand elsewhere. */
  PAIR_FAR(0.5),
  /** The last three tokens or more stand there. */
  PASSAGE(0.9);

  private final double prior;

  Anchor(double prior) {
    this.prior = prior;
  }

  /** Returns how often the next token is right, before anything is known of a model. */
  double prior() {
    return prior;
  }
}
