package dev.aligner.event;

import dev.aligner.policy.AlignmentContext;
import dev.aligner.policy.Arm;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * What an event is about: one answer, or one segment of a streamed one.
 *
 * <p>Immutable and thread-safe. {@link #toString()} tells lengths, never texts.
 *
 * @param id tells the answers of this JVM apart; the segments of a stream share one
 * @param context the question, and what is known of the answer
 * @param original the upstream model's text
 * @param arm which text its reader gets
 * @param segment the index of the segment, from 0; empty for a whole answer
 */
public record Exchange(
    long id, AlignmentContext context, String original, Arm arm, OptionalInt segment) {

  /** Checks. */
  public Exchange {
    Objects.requireNonNull(context, "context");
    Objects.requireNonNull(original, "original");
    Objects.requireNonNull(arm, "arm");
    Objects.requireNonNull(segment, "segment");
  }

  /** Returns the id, the arm and lengths; the texts never reach a log. */
  @Override
  public String toString() {
    return "Exchange[id="
        + id
        + ", "
        + context
        + ", original="
        + original.length()
        + " chars, arm="
        + arm
        + (segment.isPresent() ? ", segment=" + segment.getAsInt() : "")
        + "]";
  }
}
