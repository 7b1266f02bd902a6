package dev.aligner.evaluation;

/**
 * How near answers and corrections are to right corrections, over the rows that have references.
 * chrF is sacreBLEU's default chrF2, 0 to 100. Immutable and thread-safe.
 *
 * @param rows the rows with references
 * @param answers the scores of the answers: what doing nothing comes to
 * @param shown the scores of the shown texts
 * @param gain the mean over the rows of the shown text's chrF less the answer's
 */
public record ReferenceScores(long rows, TextScores answers, TextScores shown, Estimate gain) {

  /**
   * The scores of some texts.
   *
   * @param corpusChrf chrF over all texts together
   * @param chrf the mean chrF of each text
   * @param exactMatch the share that equals one of its references, whitespace at both ends aside
   */
  public record TextScores(double corpusChrf, Estimate chrf, Estimate exactMatch) {}
}
