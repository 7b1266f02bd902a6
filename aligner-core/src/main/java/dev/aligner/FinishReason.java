package dev.aligner;

/** Why a model stopped writing. Later releases may add reasons. */
public enum FinishReason {

  /** The model wrote its end-of-sequence token. */
  STOP,

  /** The limit of new tokens was reached first. */
  LENGTH
}
