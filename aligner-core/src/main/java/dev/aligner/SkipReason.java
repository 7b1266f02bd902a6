package dev.aligner;

/** Why an answer was left alone. Later releases may add reasons. */
public enum SkipReason {

  /** The answer is empty or only whitespace, or holds nothing that may be corrected. */
  NOTHING_TO_CORRECT,

  /** The prompt is longer than the model or the limits allow, and it is never shortened. */
  PROMPT_TOO_LONG,

  /** The correction did not end within the limit of new tokens, and it is never cut off. */
  OUTPUT_TOO_LONG
}
