package dev.aligner.policy;

/** Which text the reader of an answer gets: the arms of an A/B test, and the shadow beside it. */
public enum Arm {

  /** The correction. */
  ALIGNED,

  /** The original answer, by chance: nothing is corrected. */
  CONTROL,

  /** The original answer, while a correction is made beside it for the listener alone. */
  SHADOW
}
