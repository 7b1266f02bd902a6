package dev.aligner.policy;

import java.util.Map;

/**
 * What an {@link AnswerAligner} has done since it was made; in streams by segment, segments.
 *
 * <p>Immutable and thread-safe.
 *
 * @param corrected answers that were changed
 * @param kept answers that the aligner left as they were
 * @param skipped answers that were left alone on purpose
 * @param failed failures by class, all classes listed
 * @param listenerFailures events that the listener answered with an exception
 */
public record AlignmentCounts(
    long corrected,
    long kept,
    long skipped,
    Map<FailureClass, Long> failed,
    long listenerFailures) {

  /** Copies. */
  public AlignmentCounts {
    failed = Map.copyOf(failed);
  }

  /**
   * Returns the failures of all classes.
   *
   * @return the count
   */
  public long failures() {
    return failed.values().stream().mapToLong(Long::longValue).sum();
  }
}
