package dev.aligner.langchain4j;

import dev.aligner.CancellationToken;
import dev.aligner.policy.AlignmentContext;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A chat model in front of another one. Every entry point calls the upstream model's entry point of
 * the same name with the same arguments, and corrects what comes back; the overloads for texts and
 * messages lead to {@link #chat(ChatRequest)}.
 *
 * <p>The methods without {@code @Override} at the end override those of a newer core than the one
 * this is compiled against.
 */
final class ChatModelDecorator implements ChatModel {

  private final ChatModel upstream;
  private final Answers answers;

  ChatModelDecorator(ChatModel upstream, Answers answers) {
    this.upstream = Objects.requireNonNull(upstream, "upstream");
    this.answers = answers;
  }

  @Override
  public ChatResponse chat(ChatRequest request) {
    return aligned(request, () -> upstream.chat(request));
  }

  @Override
  public ChatResponse chat(ChatRequest request, ChatRequestOptions options) {
    return aligned(request, () -> upstream.chat(request, options));
  }

  @Override
  public ChatResponse doChat(ChatRequest request) {
    return aligned(request, () -> upstream.doChat(request));
  }

  @Override
  public ChatRequestParameters defaultRequestParameters() {
    return upstream.defaultRequestParameters();
  }

  /** None: those of the upstream model hear of each call already, and of the original answer. */
  @Override
  public List<ChatModelListener> listeners() {
    return List.of();
  }

  @Override
  public ModelProvider provider() {
    return upstream.provider();
  }

  @Override
  public Set<Capability> supportedCapabilities() {
    return upstream.supportedCapabilities();
  }

  /**
   * Asks and corrects without blocking the caller; the correction runs in the thread that completes
   * the upstream model's future.
   *
   * @param request the request
   * @return the corrected response; cancelling it cancels the call and the correction
   */
  public CompletableFuture<ChatResponse> chatAsync(ChatRequest request) {
    return alignedLater(request, () -> NewerCore.chatAsync(upstream, request));
  }

  /**
   * Does as {@link #chatAsync(ChatRequest)}.
   *
   * @param request the request
   * @param options go to the upstream model
   * @return the corrected response
   */
  public CompletableFuture<ChatResponse> chatAsync(
      ChatRequest request, ChatRequestOptions options) {
    return alignedLater(request, () -> NewerCore.chatAsync(upstream, request, options));
  }

  /**
   * Does as {@link #chatAsync(ChatRequest)}, without defaults and listeners.
   *
   * @param request the request
   * @return the corrected response
   */
  public CompletableFuture<ChatResponse> doChatAsync(ChatRequest request) {
    return alignedLater(request, () -> NewerCore.doChatAsync(upstream, request));
  }

  private ChatResponse aligned(ChatRequest request, Supplier<ChatResponse> call) {
    AlignmentContext context = answers.context(request, upstream.defaultRequestParameters());
    long start = System.nanoTime();
    ChatResponse response = call.get();
    return answers.align(context.withUpstreamTime(since(start)), response);
  }

  private CompletableFuture<ChatResponse> alignedLater(
      ChatRequest request, Supplier<CompletableFuture<ChatResponse>> call) {
    CancellationToken token = new CancellationToken();
    AlignmentContext context =
        answers.context(request, upstream.defaultRequestParameters()).withCancellation(token);
    long start = System.nanoTime();
    CompletableFuture<ChatResponse> asked = call.get();
    CompletableFuture<ChatResponse> corrected =
        asked.thenApply(
            response -> answers.align(context.withUpstreamTime(since(start)), response));
    CompletableFuture<ChatResponse> unused =
        corrected.whenComplete(
            (response, failure) -> {
              if (corrected.isCancelled()) {
                token.cancel();
                asked.cancel(true);
              }
            });
    return corrected;
  }

  private static Duration since(long start) {
    return Duration.ofNanos(Math.max(0, System.nanoTime() - start));
  }
}
