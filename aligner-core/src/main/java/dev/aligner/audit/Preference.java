package dev.aligner.audit;

/** Which of two texts is better. */
public enum Preference {

  /** The corrected one: a win. */
  CORRECTED,

  /** The original: a loss. */
  ORIGINAL,

  /** Neither. */
  EQUAL
}
