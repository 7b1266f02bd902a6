package dev.aligner;

import java.util.Objects;

/**
 * What is to be corrected: a question and the answer an upstream model gave.
 *
 * <p>Immutable and thread-safe. Two requests are equal if all they hold is equal. {@link
 * #toString()} tells lengths, never the texts.
 */
public final class CorrectionRequest {

  private final String query;
  private final String answer;

  private CorrectionRequest(String query, String answer) {
    this.query = Objects.requireNonNull(query, "query");
    this.answer = Objects.requireNonNull(answer, "answer");
  }

  /**
   * Makes a request.
   *
   * @param query the question that was asked; may be empty
   * @param answer the answer to correct; a blank one is never corrected
   * @return the request
   */
  public static CorrectionRequest of(String query, String answer) {
    return new CorrectionRequest(query, answer);
  }

  /**
   * Returns a request with another question.
   *
   * @param query the question that was asked
   * @return a request that differs from this one in the question alone
   */
  public CorrectionRequest withQuery(String query) {
    return new CorrectionRequest(query, answer);
  }

  /**
   * Returns a request with another answer, as a second pass over a correction needs it.
   *
   * @param answer the answer to correct
   * @return a request that differs from this one in the answer alone
   */
  public CorrectionRequest withAnswer(String answer) {
    return new CorrectionRequest(query, answer);
  }

  /**
   * Returns the question that was asked.
   *
   * @return the question
   */
  public String query() {
    return query;
  }

  /**
   * Returns the answer to correct.
   *
   * @return the answer
   */
  public String answer() {
    return answer;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CorrectionRequest that
        && query.equals(that.query)
        && answer.equals(that.answer);
  }

  @Override
  public int hashCode() {
    return 31 * query.hashCode() + answer.hashCode();
  }

  /** Returns the lengths of the texts in characters; the texts themselves never reach a log. */
  @Override
  public String toString() {
    return "CorrectionRequest[query="
        + query.length()
        + " chars, answer="
        + answer.length()
        + " chars]";
  }
}
