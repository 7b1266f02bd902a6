package dev.aligner.langchain4j;

import dev.aligner.policy.AlignmentContext;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A streaming chat model in front of another one. Every entry point calls the upstream model's
 * entry point of the same name with the same request, and an {@link AligningHandler} stands in
 * between; the overloads for texts and messages lead to those for requests.
 *
 * <p>The methods without {@code @Override} at the end override those of a newer core than the one
 * this is compiled against.
 */
final class StreamingChatModelDecorator implements StreamingChatModel {

  private final StreamingChatModel upstream;
  private final Answers answers;

  StreamingChatModelDecorator(StreamingChatModel upstream, Answers answers) {
    this.upstream = Objects.requireNonNull(upstream, "upstream");
    this.answers = answers;
  }

  @Override
  public void chat(ChatRequest request, StreamingChatResponseHandler handler) {
    aligned(request, handler, aligning -> upstream.chat(request, aligning));
  }

  @Override
  public void chat(
      ChatRequest request, ChatRequestOptions options, StreamingChatResponseHandler handler) {
    aligned(request, handler, aligning -> upstream.chat(request, options, aligning));
  }

  @Override
  public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
    aligned(request, handler, aligning -> upstream.doChat(request, aligning));
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
   * Returns a publisher of the events of the corrected answer, as the handlers hear of them.
   *
   * @param request the request
   * @return the publisher; each subscriber asks the upstream model anew
   */
  public Flow.Publisher<Object> chat(ChatRequest request) {
    return published(request, () -> NewerCore.chat(upstream, request));
  }

  /**
   * Does as {@link #chat(ChatRequest)}, without defaults and listeners.
   *
   * @param request the request
   * @return the publisher
   */
  public Flow.Publisher<Object> doChat(ChatRequest request) {
    return published(request, () -> NewerCore.doChat(upstream, request));
  }

  private void aligned(
      ChatRequest request,
      StreamingChatResponseHandler handler,
      Consumer<StreamingChatResponseHandler> call) {
    Objects.requireNonNull(handler, "handler");
    AligningHandler aligning = new AligningHandler(answers.aligner(), context(request), handler);
    try {
      call.accept(aligning);
    } catch (RuntimeException | Error e) {
      aligning.upstreamThrew();
      throw e;
    }
  }

  private Flow.Publisher<Object> published(
      ChatRequest request, Supplier<Flow.Publisher<Object>> call) {
    AlignmentContext context = context(request);
    return subscriber -> {
      EventRelay relay = new EventRelay(Objects.requireNonNull(subscriber, "subscriber"));
      relay.connect(new AligningHandler(answers.aligner(), context, relay.handler()), call);
    };
  }

  private AlignmentContext context(ChatRequest request) {
    return answers.context(request, upstream.defaultRequestParameters());
  }
}
