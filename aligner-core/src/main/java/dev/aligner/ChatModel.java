package dev.aligner;

/**
 * A chat model, as far as an {@link Aligner} needs one: a question goes in, an answer comes out.
 *
 * <p>Any client of any API fits: {@code openAi::chat}, {@code question -> client.ask(question)}.
 */
@FunctionalInterface
public interface ChatModel {

  /**
   * Answers a question.
   *
   * @param query the question
   * @return the answer, never null
   */
  String chat(String query);
}
