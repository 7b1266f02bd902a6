package dev.aligner.dataset;

import java.util.Locale;

/** Which rows of an input count as the same; of those the first is taken. */
public enum Deduplication {

  /** None: every row is taken. */
  NONE,

  /** Those with the same question and the same answer, character by character. */
  EXACT,

  /**
   * Those whose question and answer differ in upper and lower case, in whitespace, and in how
   * Unicode composes characters (NFC) at most.
   */
  NORMALIZED;

  String lowerCase() {
    return name().toLowerCase(Locale.ROOT);
  }
}
