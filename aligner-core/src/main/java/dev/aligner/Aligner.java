package dev.aligner;

import dev.aligner.internal.CorrectionPublisher;
import dev.aligner.policy.AlignmentPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

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
   * @throws DeadlineExceededException if the request has a timeout, and it is over
   * @throws CancelledException if the request has a token, and it is cancelled
   * @throws OverloadedException if too many calls wait for the model already
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
   * Corrects one answer and delivers its text while it is written, as far as the engine can tell
   * what is certain: the parts put together are the text of the correction. By default the whole
   * text is delivered in the end.
   *
   * @param request the question and the answer to correct
   * @param onText hears of the text in parts, none of them empty, in the thread of the caller. What
   *     it throws ends the correction and passes through
   * @return the correction
   * @throws AlignerException if the answer could not be corrected; what was delivered until then is
   *     not a correction
   * @throws AlignerClosedException if this aligner is closed, before or during the call
   */
  default Correction correct(CorrectionRequest request, Consumer<String> onText) {
    Correction correction = correct(request);
    if (!correction.text().isEmpty()) {
      onText.accept(correction.text());
    }
    return correction;
  }

  /**
   * Returns a publisher of the text of one correction, as {@link #correct(CorrectionRequest,
   * Consumer)} delivers it. Each subscriber starts a correction of its own in the executor; what it
   * has not requested yet waits in memory, and cancelling the subscription ends the correction.
   *
   * @param request the question and the answer to correct
   * @param executor runs the correction, one task for each subscriber
   * @return the publisher; it ends with {@code onError} and the exception if the answer could not
   *     be corrected
   */
  default Flow.Publisher<String> publish(CorrectionRequest request, Executor executor) {
    return new CorrectionPublisher(this, request, executor);
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
   * Returns a digest of all that a corrected text depends on but the request: the model, its
   * decoding, its template. Two aligners with the same fingerprint write the same texts, so caches
   * go by it.
   *
   * @return the digest; empty, the default, if it is not known or the same request may be answered
   *     by different texts
   */
  default Optional<String> fingerprint() {
    return Optional.empty();
  }

  /**
   * Stacks this aligner on a chat model: the returned model asks {@code upstream} and answers with
   * the correction, or with the original answer where the correction fails. It is an {@link
   * AlignedChatModel}, which tells how the two are nested.
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
   * Stacks this aligner on a chat model, with choices about which answers are corrected, what is
   * accepted, and what happens on failure.
   *
   * @param upstream the model whose answers are corrected; this aligner never closes it
   * @param policy the choices
   * @return a chat model that answers with corrected answers
   * @throws IllegalArgumentException if the policy has a cache and this has no {@link #fingerprint}
   */
  default ChatModel wrap(ChatModel upstream, AlignmentPolicy policy) {
    return AlignedChatModel.builder(upstream, this).policy(policy).build();
  }

  /**
   * Stacks this aligner on a chat model that answers in parts. Nothing is shown before it is
   * corrected. It is an {@link AlignedStreamingChatModel}.
   *
   * @param upstream the model whose answers are corrected; this aligner never closes it
   * @return a chat model that answers with corrected answers, in parts
   */
  default StreamingChatModel wrapStreaming(StreamingChatModel upstream) {
    return wrapStreaming(upstream, AlignmentPolicy.ofDefaults());
  }

  /**
   * Stacks this aligner on a chat model that answers in parts, with choices as of {@link
   * #wrap(ChatModel, AlignmentPolicy)}; {@link AlignmentPolicy#streams()} says what is shown when.
   *
   * @param upstream the model whose answers are corrected; this aligner never closes it
   * @param policy the choices
   * @return a chat model that answers with corrected answers, in parts
   * @throws IllegalArgumentException if the policy has a cache and this has no {@link #fingerprint}
   */
  default StreamingChatModel wrapStreaming(StreamingChatModel upstream, AlignmentPolicy policy) {
    return AlignedStreamingChatModel.builder(upstream, this).policy(policy).build();
  }

  /**
   * Releases what this aligner holds. Closing twice does nothing more. Corrections that run in
   * other threads are finished or ended with {@link AlignerClosedException}; this method returns
   * when none runs any more. The default does nothing.
   */
  @Override
  default void close() {}
}
