package dev.aligner.policy;

/** What a caller gets when a correction fails. */
public enum FailureAction {

  /** The upstream model's answer, as it was. */
  RETURN_ORIGINAL,

  /** The exception that tells what failed. */
  THROW
}
