package dev.aligner.evaluation;

import java.util.Optional;

/**
 * How alike texts begin. A model that collapsed into one mode begins most of its texts alike; the
 * answers' own figure is the one to compare with. Immutable and thread-safe.
 *
 * @param words how many words make an opening; a shorter text is all of it
 * @param shared the share of texts whose opening another text has, too; 0 without texts
 * @param mostFrequent the share of texts with the most frequent opening; 0 without texts
 * @param opening that opening; empty without texts, or if texts are left out
 */
public record FirstWords(int words, double shared, double mostFrequent, Optional<String> opening) {

  /** Returns the figures; the opening never reaches a log. */
  @Override
  public String toString() {
    return "FirstWords[words="
        + words
        + ", shared="
        + shared
        + ", mostFrequent="
        + mostFrequent
        + "]";
  }
}
