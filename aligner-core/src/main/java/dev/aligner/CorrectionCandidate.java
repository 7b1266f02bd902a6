package dev.aligner;

import java.util.Objects;
import java.util.OptionalDouble;

/**
 * One of several corrections that an engine found for the same answer.
 *
 * <p>Immutable and thread-safe. {@link #toString()} tells the score, never the text.
 *
 * @param text the corrected answer
 * @param score how good the engine holds it to be, the higher the better, comparable within one
 *     correction alone; empty if the engine does not tell
 */
public record CorrectionCandidate(String text, OptionalDouble score) {

  /** Checks. */
  public CorrectionCandidate {
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(score, "score");
  }

  /** Returns the score; the text never reaches a log. */
  @Override
  public String toString() {
    return "CorrectionCandidate[" + text.length() + " chars, score=" + score + "]";
  }
}
