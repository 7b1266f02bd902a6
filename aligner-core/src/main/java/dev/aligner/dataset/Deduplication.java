package dev.aligner.dataset;

import java.util.Locale;

/**
 * Which rows of an input count as the same; of those the first is taken.
 *
 * <p>Rows are compared by 128 bits of SHA-256. Of n rows this takes 20 n bytes of disk beside the
 * output, n / 8 bytes of memory, and 32 to 64 bytes for each of n / 256 rows. An input of 2^31 - 1
 * or more lines is refused, and one of which those n / 256 rows do not fit into half of the heap.
 */
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
