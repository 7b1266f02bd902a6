package dev.aligner.langchain4j.testing;

import dev.aligner.langchain4j.testing.ScriptedChatModel.Responses;
import dev.langchain4j.internal.InternalStreamingChatResponseHandlerUtils;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** A model that calls its handler as it is told. */
public final class ScriptedStreamingChatModel implements StreamingChatModel {

  private final Deque<Consumer<StreamingChatResponseHandler>> script = new ArrayDeque<>();
  private final List<ChatRequest> sent = new ArrayList<>();
  private final List<ChatModelListener> listeners = new ArrayList<>();

  /** A handle that remembers. */
  public static final class Handle implements StreamingHandle {

    private volatile boolean cancelled;

    @Override
    public void cancel() {
      cancelled = true;
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }
  }

  /** Makes a model that does this, the last of it forever. */
  @SafeVarargs
  @SuppressWarnings("varargs")
  public static ScriptedStreamingChatModel doing(
      Consumer<StreamingChatResponseHandler>... answers) {
    ScriptedStreamingChatModel model = new ScriptedStreamingChatModel();
    model.script.addAll(Arrays.asList(answers));
    return model;
  }

  /** Makes a model that says this in parts, as the models of LangChain4j do. */
  public static ScriptedStreamingChatModel saying(String... parts) {
    return doing(parts(new Handle(), parts));
  }

  /** Says something in parts, as the models of LangChain4j do. */
  public static Consumer<StreamingChatResponseHandler> parts(Handle handle, String... parts) {
    return handler -> {
      for (String part : parts) {
        if (handle.isCancelled()) {
          return;
        }
        InternalStreamingChatResponseHandlerUtils.onPartialResponse(handler, part, handle);
      }
      if (!handle.isCancelled()) {
        InternalStreamingChatResponseHandlerUtils.onCompleteResponse(
            handler, Responses.of(String.join("", parts)));
      }
    };
  }

  /** Adds a listener. */
  public ScriptedStreamingChatModel listener(ChatModelListener listener) {
    listeners.add(listener);
    return this;
  }

  /** Returns the requests as they would go to the provider. */
  public List<ChatRequest> sent() {
    return sent;
  }

  @Override
  public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
    sent.add(request);
    (script.size() > 1 ? script.removeFirst() : script.getFirst()).accept(handler);
  }

  @Override
  public ChatRequestParameters defaultRequestParameters() {
    return DefaultChatRequestParameters.builder().modelName("scripted").build();
  }

  @Override
  public List<ChatModelListener> listeners() {
    return listeners;
  }

  @Override
  public ModelProvider provider() {
    return ModelProvider.OLLAMA;
  }

  @Override
  public Set<Capability> supportedCapabilities() {
    return Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
  }
}
