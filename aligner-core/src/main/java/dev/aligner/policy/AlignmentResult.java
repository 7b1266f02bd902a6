package dev.aligner.policy;

import dev.aligner.event.AlignmentEvent;
import java.util.Objects;
import java.util.Optional;

/**
 * What became of an answer: the text to show, and why it is that.
 *
 * <p>Immutable and thread-safe. {@link #toString()} tells the length, never the text.
 *
 * @param text what to show, or what was shown of a stream
 * @param arm which text it is: {@link Arm#ALIGNED} also where nothing had to be changed
 * @param ended how it ended, as the listener heard it: of a stream by segments that of the last
 *     one; empty in the shadow, where that is not known yet
 */
public record AlignmentResult(String text, Arm arm, Optional<AlignmentEvent.Ended> ended) {

  /** Checks. */
  public AlignmentResult {
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(arm, "arm");
    Objects.requireNonNull(ended, "ended");
  }

  /** Returns all but the text, which never reaches a log. */
  @Override
  public String toString() {
    return "AlignmentResult[" + text.length() + " chars, arm=" + arm + ", ended=" + ended + "]";
  }
}
