package dev.aligner.audit;

/**
 * Tells which of two texts is the better answer: a person, a judge model, or a measure. The judge's
 * order of the two is its own affair; a sound one judges both orders and counts a disagreement as
 * {@link Preference#EQUAL}.
 */
@FunctionalInterface
public interface AnswerComparison {

  /**
   * Compares.
   *
   * @param query the question
   * @param original the upstream model's answer
   * @param corrected the aligner's, never the same
   * @return which is better
   */
  Preference compare(String query, String original, String corrected);
}
