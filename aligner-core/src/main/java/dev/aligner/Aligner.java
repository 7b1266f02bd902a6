package dev.aligner;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Corrects the answers of a chat model: reads a question and an answer, and writes a better answer.
 *
 * <p>An aligner needs the upstream model's text alone, never its weights or logits, so one aligner
 * serves any number of upstream models (arXiv 2402.02416, section 2).
 *
 * <p>Implementations are thread-safe: one instance serves all threads. The interface has one
 * abstract method, so a stub in a unit test is a lambda:
 *
 * <pre>{@code
 * Aligner stub = request -> Correction.of(request, "a better answer");
 * }</pre>
 */
@FunctionalInterface
public interface Aligner extends AutoCloseable {

  /**
   * Corrects one answer.
   *
   * @param request the question and the answer to correct
   * @return the correction; its {@link Correction#text()} is always what to show
   * @throws AlignerException if the answer could not be corrected
   * @throws AlignerClosedException if this aligner is closed, before or during the call
   */
  Correction correct(CorrectionRequest request);

  /**
   * Corrects one answer; short for {@code correct(CorrectionRequest.of(query, answer))}.
   *
   * @param query the question that was asked
   * @param answer the answer the upstream model gave
   * @return the correction; its {@link Correction#text()} is always what to show
   * @throws AlignerException if the answer could not be corrected
   * @throws AlignerClosedException if this aligner is closed, before or during the call
   */
  default Correction correct(String query, String answer) {
    return correct(CorrectionRequest.of(query, answer));
  }

  /**
   * Corrects many answers and loses none of them: whatever goes wrong with one item is the {@link
   * CorrectionOutcome.Failed} outcome of that item. By default the items are corrected one after
   * the other; engines may batch them.
   *
   * @param requests the questions and answers, none of them null
   * @return one correction for each request, in the order of the requests
   * @throws NullPointerException if the list or one of its items is null; nothing has been
   *     corrected then
   */
  default List<Correction> correctAll(List<CorrectionRequest> requests) {
    List<CorrectionRequest> all = List.copyOf(requests);
    List<Correction> corrections = new ArrayList<>(all.size());
    for (CorrectionRequest request : all) {
      Correction correction;
      try {
        correction = Objects.requireNonNull(correct(request), "the aligner returned null");
      } catch (RuntimeException e) {
        correction = Correction.failed(request, e);
      }
      corrections.add(correction);
    }
    return corrections;
  }

  /**
   * Stacks this aligner on a chat model: the returned model asks {@code upstream} and answers with
   * the correction. It is an {@link AlignedChatModel}, which tells how the two are nested and what
   * happens on failure.
   *
   * <pre>{@code
   * ChatModel aligned = aligner.wrap(model::chat);
   * }</pre>
   *
   * @param upstream the model whose answers are corrected; this aligner never closes it
   * @return a chat model that answers with corrected answers
   */
  default ChatModel wrap(ChatModel upstream) {
    return AlignedChatModel.of(upstream, this);
  }

  /**
   * Releases what this aligner holds. Closing twice does nothing more. Corrections that run in
   * other threads are finished or ended with {@link AlignerClosedException}; this method returns
   * when none runs any more. The default does nothing.
   */
  @Override
  default void close() {}
}
