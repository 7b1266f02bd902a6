package dev.aligner;

import java.util.Objects;

/**
 * A chat model whose answers are corrected by an {@link Aligner} before anyone sees them.
 *
 * <p>The nesting, outermost first:
 *
 * <pre>
 * AlignedChatModel.chat(query)
 *   1. answer     = upstream.chat(query)             what the upstream throws passes through
 *   2. correction = aligner.correct(query, answer)   what the aligner throws passes through
 *   3. return correction.text()                      the original answer where nothing was changed
 * </pre>
 *
 * <p>An aligned model is a {@link ChatModel} again, so stacking is repeated wrapping: in {@code
 * b.wrap(a.wrap(model))} the aligner {@code a} sees the model's answer and {@code b} sees what
 * {@code a} made of it.
 *
 * <p>Thread-safe if the upstream model is. It owns neither the model nor the aligner and closes
 * neither of them.
 */
public final class AlignedChatModel implements ChatModel {

  private final ChatModel upstream;
  private final Aligner aligner;

  private AlignedChatModel(ChatModel upstream, Aligner aligner) {
    this.upstream = upstream;
    this.aligner = aligner;
  }

  /**
   * Stacks an aligner on a model.
   *
   * @param upstream the model whose answers are corrected
   * @param aligner the aligner that corrects them
   * @return the aligned model
   */
  public static AlignedChatModel of(ChatModel upstream, Aligner aligner) {
    return new AlignedChatModel(
        Objects.requireNonNull(upstream, "upstream"), Objects.requireNonNull(aligner, "aligner"));
  }

  /**
   * Asks the upstream model and corrects its answer.
   *
   * @param query the question
   * @return the text to show
   * @throws NullPointerException if the query is null or the upstream model answers null
   * @throws AlignerException if the answer could not be corrected
   * @throws AlignerClosedException if the aligner is closed
   */
  @Override
  public String chat(String query) {
    Objects.requireNonNull(query, "query");
    String answer =
        Objects.requireNonNull(upstream.chat(query), "the upstream chat model answered null");
    return aligner.correct(query, answer).text();
  }
}
