package dev.aligner;

/**
 * A chat model that answers in parts, as far as an {@link Aligner} needs one: a question goes in, a
 * handler hears of the answer. It may return at once and call the handler from another thread, or
 * return when the answer is complete.
 *
 * <p>Any client of any API fits; a model that has the whole answer at once is
 *
 * <pre>{@code
 * StreamingChatModel model = (query, cancellation, handler) -> {
 *   handler.onText(client.ask(query));
 *   handler.onComplete();
 * };
 * }</pre>
 */
@FunctionalInterface
public interface StreamingChatModel {

  /**
   * Answers a question.
   *
   * @param query the question
   * @param cancellation ends the answer: once it is cancelled, the model stops when it can, and the
   *     handler hears {@link StreamHandler#onError} with {@link CancelledException}
   * @param handler hears of the answer
   */
  void chat(String query, CancellationToken cancellation, StreamHandler handler);

  /**
   * Answers a question that nobody cancels.
   *
   * @param query the question
   * @param handler hears of the answer
   */
  default void chat(String query, StreamHandler handler) {
    chat(query, new CancellationToken(), handler);
  }
}
