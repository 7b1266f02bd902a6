package dev.aligner;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What is to be corrected: a question and the answer an upstream model gave.
 *
 * <p>Immutable and thread-safe. Two requests are equal if all they hold is equal. {@link
 * #toString()} tells lengths, never the texts.
 */
public final class CorrectionRequest {

  private final String query;
  private final String shown;
  private final String answer;
  private final Optional<Duration> timeout;
  private final Optional<CancellationToken> cancellation;

  private CorrectionRequest(
      String query,
      String shown,
      String answer,
      Optional<Duration> timeout,
      Optional<CancellationToken> cancellation) {
    this.query = Objects.requireNonNull(query, "query");
    this.shown = Objects.requireNonNull(shown, "shown");
    this.answer = Objects.requireNonNull(answer, "answer");
    this.timeout = timeout;
    this.cancellation = cancellation;
  }

  /**
   * Makes a request.
   *
   * @param query the question that was asked; may be empty
   * @param answer the answer to correct; a blank one is never corrected
   * @return the request
   */
  public static CorrectionRequest of(String query, String answer) {
    return new CorrectionRequest(query, "", answer, Optional.empty(), Optional.empty());
  }

  /**
   * Returns a request with another question.
   *
   * @param query the question that was asked
   * @return a request that differs from this one in the question alone
   */
  public CorrectionRequest withQuery(String query) {
    return new CorrectionRequest(query, shown, answer, timeout, cancellation);
  }

  /**
   * Returns a request with another answer, as a second pass over a correction needs it.
   *
   * @param answer the answer to correct
   * @return a request that differs from this one in the answer alone
   */
  public CorrectionRequest withAnswer(String answer) {
    return new CorrectionRequest(query, shown, answer, timeout, cancellation);
  }

  /**
   * Returns a request whose answer goes on from a text that is shown already, as in a stream that
   * is corrected sentence by sentence. Templates with a place for it tell it to the model ({@link
   * PromptTemplate#STREAM_ALIGNER}); without one the model sees the answer alone. The correction is
   * that of the answer, and never holds the shown text.
   *
   * @param shown the text before the answer, as it was shown; empty for none, the default
   * @return a request that differs from this one in the shown text alone
   */
  public CorrectionRequest withShown(String shown) {
    return new CorrectionRequest(query, shown, answer, timeout, cancellation);
  }

  /**
   * Returns a request that may take so long. The engine looks at the time before each step of the
   * model, and ends with {@link DeadlineExceededException}.
   *
   * @param timeout the time from the beginning of the call; above 0
   * @return a request that differs from this one in the timeout alone
   * @throws IllegalArgumentException if it is not above 0
   */
  public CorrectionRequest withTimeout(Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("expected a timeout above 0; found " + timeout);
    }
    return new CorrectionRequest(query, shown, answer, Optional.of(timeout), cancellation);
  }

  /**
   * Returns a request that another thread can end.
   *
   * @param token what ends it
   * @return a request that differs from this one in the token alone
   */
  public CorrectionRequest withCancellation(CancellationToken token) {
    return new CorrectionRequest(query, shown, answer, timeout, Optional.of(token));
  }

  /**
   * Returns how long the correction may take.
   *
   * @return the timeout, or empty for no bound, the default
   */
  public Optional<Duration> timeout() {
    return timeout;
  }

  /**
   * Returns what can end the correction.
   *
   * @return the token, or empty for none, the default
   */
  public Optional<CancellationToken> cancellation() {
    return cancellation;
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
   * Returns the text that is shown already, which the answer goes on from.
   *
   * @return the text, empty for a whole answer
   */
  public String shown() {
    return shown;
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
        && shown.equals(that.shown)
        && answer.equals(that.answer)
        && timeout.equals(that.timeout)
        && cancellation.equals(that.cancellation);
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
