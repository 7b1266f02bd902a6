package dev.aligner.policy;

/**
 * An answer that comes in parts, and is shown as {@link AlignmentPolicy#streams()} says: the parts
 * go in here, and what may be shown comes out at the consumer given to {@link
 * AnswerAligner#stream}, in the thread that calls.
 *
 * <p>A stream ends by {@link #complete}, by {@link #fail}, or by any exception; after that it takes
 * nothing more. Not thread-safe: the calls come one after the other.
 */
public sealed interface AlignmentStream permits BufferedStream, PassingStream, SegmentStream {

  /**
   * Takes the next part of the upstream model's answer.
   *
   * @param part the part; may be empty
   * @throws RuntimeException what failed, where segments are corrected and the failure policy says
   *     to throw
   * @throws IllegalStateException if the stream has ended
   */
  void add(String part);

  /**
   * Ends the answer: the upstream model has said all. What is not shown yet is corrected and shown.
   *
   * @return all that was shown, and how it came about
   * @throws RuntimeException what failed, where the failure policy says to throw
   * @throws IllegalStateException if the stream has ended
   */
  AlignmentResult complete();

  /**
   * Ends the answer, of which more is known than when it began: {@link AnswerTrait}s, mostly.
   *
   * @param context the context from now on; its sampling key changes nothing any more
   * @return all that was shown, and how it came about
   * @throws RuntimeException what failed, where the failure policy says to throw
   * @throws IllegalStateException if the stream has ended
   */
  AlignmentResult complete(AlignmentContext context);

  /**
   * Ends the answer, since the upstream model failed or was cancelled: nothing more is shown, and
   * the listener hears that it was skipped as {@code upstream_failed}. Does nothing if the stream
   * has ended.
   */
  void fail();
}
