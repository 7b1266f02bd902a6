package dev.aligner.policy;

import dev.aligner.internal.SentenceRule;

/**
 * Tells where a streamed answer may be cut. A segment is corrected when its end is sure, whatever
 * follows.
 *
 * <p>Implementations are thread-safe.
 */
@FunctionalInterface
public interface SegmentRule {

  /**
   * Finds the end of the first segment.
   *
   * @param text the part of the answer that is not cut yet, as far as it is known; not empty
   * @param complete whether the answer ends with it
   * @return the characters of the first segment, 1 to the length of the text; or -1 if its end is
   *     not sure before more is known, which it always is where the answer is complete
   */
  int firstEnd(CharSequence text, boolean complete);

  /**
   * Returns the rule that cuts after sentences and lines, with the whitespace behind them. A
   * sentence ends at {@code .}, {@code !}, {@code ?}, {@code …} and what closes behind them, where
   * whitespace follows and after that no lower-case letter, or at an ideographic full stop or its
   * like. A fenced code block is one segment.
   *
   * @return the rule
   */
  static SegmentRule sentences() {
    return SentenceRule.INSTANCE;
  }
}
