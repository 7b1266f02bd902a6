package dev.aligner.evaluation;

/**
 * Tells whether a correction is better than the answer it was made of: a chat model ({@link
 * PairwiseJudge}), people ({@link VerdictFile}), or a measure.
 *
 * <p>It is asked only about rows whose text was changed; the others are equal. Implementations are
 * thread-safe where {@link Evaluation.Builder#judgeThreads} is above 1.
 */
@FunctionalInterface
public interface Judge {

  /**
   * Judges.
   *
   * @param row a row whose correction differs from the answer
   * @return the verdict. What it throws is {@link Judgement#FAILED}
   */
  Judgement judge(EvaluationRow row);

  /**
   * Describes this judge for the report.
   *
   * @return a few words that name no text of any row; by default "custom"
   */
  default String describe() {
    return "custom";
  }
}
