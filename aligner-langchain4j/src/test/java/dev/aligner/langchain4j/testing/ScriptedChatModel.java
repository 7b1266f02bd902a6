package dev.aligner.langchain4j.testing;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A model that says what it is told, through LangChain4j's own default methods. */
public class ScriptedChatModel implements ChatModel {

  private final Deque<ChatResponse> script = new ArrayDeque<>();
  private final List<ChatRequest> given = new ArrayList<>();
  private final List<ChatRequest> sent = new ArrayList<>();
  private final List<ChatRequestOptions> options = new ArrayList<>();
  private final List<ChatModelListener> listeners = new ArrayList<>();
  private Set<Capability> capabilities = Set.of();
  private ChatRequestParameters defaults = DefaultChatRequestParameters.EMPTY;

  /** Makes a model that gives these responses, the last one forever. */
  public static ScriptedChatModel saying(ChatResponse... responses) {
    ScriptedChatModel model = new ScriptedChatModel();
    model.script.addAll(Arrays.asList(responses));
    return model;
  }

  /** Makes a model that says these texts, the last one forever. */
  public static ScriptedChatModel saying(String... texts) {
    return saying(Arrays.stream(texts).map(Responses::of).toArray(ChatResponse[]::new));
  }

  /** Adds a listener. */
  public ScriptedChatModel listener(ChatModelListener listener) {
    listeners.add(listener);
    return this;
  }

  /** Sets what it can. */
  public ScriptedChatModel capabilities(Capability... all) {
    capabilities = Set.of(all);
    return this;
  }

  /** Sets its default parameters. */
  public ScriptedChatModel defaults(ChatRequestParameters parameters) {
    defaults = parameters;
    return this;
  }

  /** Returns the requests as its caller gave them. */
  public List<ChatRequest> given() {
    return given;
  }

  /** Returns the requests as they would go to the provider. */
  public List<ChatRequest> sent() {
    return sent;
  }

  /** Returns the options as its caller gave them. */
  public List<ChatRequestOptions> options() {
    return options;
  }

  @Override
  public ChatResponse chat(ChatRequest request, ChatRequestOptions with) {
    given.add(request);
    options.add(with);
    return ChatModel.super.chat(request, with);
  }

  @Override
  public ChatResponse doChat(ChatRequest request) {
    sent.add(request);
    return script.size() > 1 ? script.removeFirst() : script.getFirst();
  }

  /** Overrides a method of a newer core. */
  public CompletableFuture<ChatResponse> doChatAsync(ChatRequest request) {
    return CompletableFuture.completedFuture(doChat(request));
  }

  @Override
  public ChatRequestParameters defaultRequestParameters() {
    return defaults;
  }

  @Override
  public List<ChatModelListener> listeners() {
    return listeners;
  }

  @Override
  public ModelProvider provider() {
    return ModelProvider.OPEN_AI;
  }

  @Override
  public Set<Capability> supportedCapabilities() {
    return capabilities;
  }

  /** Makes responses. */
  public static final class Responses {

    private Responses() {}

    /** Returns a response of a text alone. */
    public static ChatResponse of(String text) {
      return of(AiMessage.from(text));
    }

    /** Returns a response of a message alone. */
    public static ChatResponse of(AiMessage message) {
      return ChatResponse.builder().aiMessage(message).build();
    }
  }
}
