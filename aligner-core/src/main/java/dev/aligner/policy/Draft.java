package dev.aligner.policy;

import java.util.Objects;

/**
 * An upstream model's answer on its way to be corrected. In a stream that is corrected segment by
 * segment it is one segment.
 *
 * <p>Immutable and thread-safe. {@link #toString()} tells lengths, never texts.
 *
 * @param context what is known of the answer
 * @param answer its text
 */
public record Draft(AlignmentContext context, String answer) {

  /** Checks. */
  public Draft {
    Objects.requireNonNull(context, "context");
    Objects.requireNonNull(answer, "answer");
  }

  /** Returns the lengths; the text never reaches a log. */
  @Override
  public String toString() {
    return "Draft[" + context + ", answer=" + answer.length() + " chars]";
  }
}
