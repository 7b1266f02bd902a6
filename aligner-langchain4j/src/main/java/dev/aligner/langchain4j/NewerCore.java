package dev.aligner.langchain4j;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.guardrail.OutputGuardrailRequest;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * What a newer core of LangChain4j has and 1.19.0, which this is compiled against, has not. On an
 * older core nobody calls these but by reflection, and is told so.
 */
final class NewerCore {

  private static final String EVENTS = "dev.langchain4j.model.chat.response.";
  private static final @Nullable Class<?> COMPLETE_RESPONSE = type(EVENTS + "CompleteResponse");
  private static final @Nullable Class<?> RAW_EVENT = type(EVENTS + "RawStreamingEvent");

  private static final @Nullable MethodHandle CHAT_ASYNC =
      method(ChatModel.class, "chatAsync", CompletableFuture.class, ChatRequest.class);
  private static final @Nullable MethodHandle CHAT_ASYNC_OPTIONS =
      method(
          ChatModel.class,
          "chatAsync",
          CompletableFuture.class,
          ChatRequest.class,
          ChatRequestOptions.class);
  private static final @Nullable MethodHandle DO_CHAT_ASYNC =
      method(ChatModel.class, "doChatAsync", CompletableFuture.class, ChatRequest.class);
  private static final @Nullable MethodHandle CHAT =
      method(StreamingChatModel.class, "chat", Flow.Publisher.class, ChatRequest.class);
  private static final @Nullable MethodHandle DO_CHAT =
      method(StreamingChatModel.class, "doChat", Flow.Publisher.class, ChatRequest.class);
  private static final @Nullable MethodHandle CHAT_REQUEST =
      method(OutputGuardrailRequest.class, "chatRequest", ChatRequest.class);
  private static final @Nullable MethodHandle CHAT_RESPONSE =
      method(COMPLETE_RESPONSE, "chatResponse", ChatResponse.class);
  private static final @Nullable MethodHandle NEW_COMPLETE_RESPONSE = newCompleteResponse();

  private NewerCore() {}

  @SuppressWarnings("unchecked")
  static CompletableFuture<ChatResponse> chatAsync(ChatModel model, ChatRequest request) {
    return (CompletableFuture<ChatResponse>) call(CHAT_ASYNC, model, request);
  }

  @SuppressWarnings("unchecked")
  static CompletableFuture<ChatResponse> chatAsync(
      ChatModel model, ChatRequest request, ChatRequestOptions options) {
    return (CompletableFuture<ChatResponse>) call(CHAT_ASYNC_OPTIONS, model, request, options);
  }

  @SuppressWarnings("unchecked")
  static CompletableFuture<ChatResponse> doChatAsync(ChatModel model, ChatRequest request) {
    return (CompletableFuture<ChatResponse>) call(DO_CHAT_ASYNC, model, request);
  }

  @SuppressWarnings("unchecked")
  static Flow.Publisher<Object> chat(StreamingChatModel model, ChatRequest request) {
    return (Flow.Publisher<Object>) call(CHAT, model, request);
  }

  @SuppressWarnings("unchecked")
  static Flow.Publisher<Object> doChat(StreamingChatModel model, ChatRequest request) {
    return (Flow.Publisher<Object>) call(DO_CHAT, model, request);
  }

  /** Returns the messages that were sent to the model, or null where the core does not tell. */
  static @Nullable List<ChatMessage> messages(OutputGuardrailRequest request) {
    if (CHAT_REQUEST == null) {
      return null;
    }
    ChatRequest sent = (ChatRequest) call(CHAT_REQUEST, request);
    return sent == null ? null : sent.messages();
  }

  /** Returns the response of an event that ends a stream, or null if it is another event. */
  static @Nullable ChatResponse completeResponse(Object event) {
    return COMPLETE_RESPONSE != null && COMPLETE_RESPONSE.isInstance(event)
        ? (ChatResponse) call(CHAT_RESPONSE, event)
        : null;
  }

  /** Returns the event that ends a stream. */
  static Object completeEvent(ChatResponse response) {
    return call(NEW_COMPLETE_RESPONSE, response);
  }

  /** Tells whether an event is a provider's own. */
  static boolean isRawEvent(Object event) {
    return RAW_EVENT != null && RAW_EVENT.isInstance(event);
  }

  private static Object call(@Nullable MethodHandle method, Object... arguments) {
    if (method == null) {
      throw new UnsupportedOperationException(
          "expected a core of LangChain4j that has this method; found one that has not. Fix:"
              + " chat(request) or chat(request, handler), or langchain4j-core 1.23.0 or newer");
    }
    try {
      return method.invokeWithArguments(arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("LangChain4j threw a checked exception", e);
    }
  }

  private static @Nullable Class<?> type(String name) {
    try {
      return Class.forName(name, false, ChatModel.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      return null;
    }
  }

  private static @Nullable MethodHandle method(
      @Nullable Class<?> owner, String name, Class<?> result, Class<?>... parameters) {
    if (owner == null) {
      return null;
    }
    try {
      return MethodHandles.publicLookup()
          .findVirtual(owner, name, MethodType.methodType(result, parameters));
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  private static @Nullable MethodHandle newCompleteResponse() {
    if (COMPLETE_RESPONSE == null) {
      return null;
    }
    try {
      return MethodHandles.publicLookup()
          .findConstructor(
              COMPLETE_RESPONSE, MethodType.methodType(void.class, ChatResponse.class));
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }
}
