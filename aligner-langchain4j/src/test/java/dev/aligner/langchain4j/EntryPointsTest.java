package dev.aligner.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.langchain4j.testing.Aligners;
import dev.aligner.langchain4j.testing.RecordingHandler;
import dev.aligner.langchain4j.testing.ScriptedChatModel;
import dev.aligner.langchain4j.testing.ScriptedStreamingChatModel;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

/**
 * Calls every method that LangChain4j's interfaces have, on whichever core is there: each is either
 * a known fact of the model or an entry point, and no entry point lets the original text through.
 */
class EntryPointsTest {

  private static final Set<String> FACTS =
      Set.of("defaultRequestParameters", "listeners", "provider", "supportedCapabilities");
  private static final boolean NEWEST =
      System.getProperty("langchain4j.core", "").startsWith("1.23.");

  @Test
  void chatModel_everyEntryPoint_corrects() throws Exception {
    ChatModel model =
        LangChain4jAligner.on(Aligners.fine()).chatModel(ScriptedChatModel.saying("so RAW"));

    Map<String, List<String>> said = new TreeMap<>();
    for (Method method : entryPoints(ChatModel.class)) {
      said.put(signature(method), call(model, method));
    }

    assertThat(said).hasSize(NEWEST ? 12 : 6);
    assertThat(said).allSatisfy((method, texts) -> assertThat(texts).containsExactly("so FINE"));
  }

  @Test
  void streamingChatModel_everyEntryPoint_corrects() throws Exception {
    StreamingChatModel upstream =
        NEWEST
            ? PublishingChatModel.saying("so ", "RAW")
            : ScriptedStreamingChatModel.saying("so ", "RAW");
    StreamingChatModel model = LangChain4jAligner.on(Aligners.fine()).streamingChatModel(upstream);

    Map<String, List<String>> said = new TreeMap<>();
    for (Method method : entryPoints(StreamingChatModel.class)) {
      said.put(signature(method), call(model, method));
    }

    assertThat(said).hasSize(NEWEST ? 10 : 5);
    assertThat(said)
        .allSatisfy(
            (method, lines) ->
                assertThat(lines)
                    .isNotEmpty()
                    .anyMatch(line -> line.contains("so FINE"))
                    .noneMatch(line -> line.contains("RAW") || line.contains("error")));
  }

  @Test
  void everyEntryPoint_upstreamHasNoneButTheOldest_correctsOrFailsWithAMessage() throws Exception {
    ChatModel chat =
        LangChain4jAligner.on(Aligners.fine())
            .chatModel(
                new ChatModel() {
                  @Override
                  public ChatResponse doChat(ChatRequest request) {
                    return ScriptedChatModel.Responses.of("so RAW");
                  }
                });
    StreamingChatModel streaming =
        LangChain4jAligner.on(Aligners.fine())
            .streamingChatModel(ScriptedStreamingChatModel.saying("so ", "RAW"));

    List<List<String>> said = new ArrayList<>();
    for (Method method : entryPoints(ChatModel.class)) {
      said.add(call(chat, method));
    }
    for (Method method : entryPoints(StreamingChatModel.class)) {
      said.add(call(streaming, method));
    }

    assertThat(said).hasSize(NEWEST ? 22 : 11);
    assertThat(said)
        .allSatisfy(
            lines ->
                assertThat(lines)
                    .anyMatch(line -> line.contains("FINE") || line.contains("not implemented"))
                    .noneMatch(line -> line.contains("RAW")));
  }

  /** The methods of the interface that are not facts; what is neither is for us to look at. */
  private static List<Method> entryPoints(Class<?> type) {
    List<Method> methods =
        Arrays.stream(type.getMethods())
            .filter(method -> !method.isSynthetic() && !FACTS.contains(method.getName()))
            .toList();
    assertThat(methods)
        .extracting(Method::getName)
        .allMatch(name -> name.startsWith("chat") || name.startsWith("doChat"));
    return methods;
  }

  private static String signature(Method method) {
    return method.getName() + Arrays.toString(method.getParameterTypes()) + method.getReturnType();
  }

  private static List<String> call(Object model, Method method) throws Exception {
    RecordingHandler handler = new RecordingHandler();
    Object[] arguments =
        Arrays.stream(method.getParameterTypes())
            .map(type -> argument(type, handler))
            .toArray(Object[]::new);
    try {
      return texts(method.invoke(model, arguments), handler);
    } catch (InvocationTargetException e) {
      return List.of("thrown: " + e.getTargetException().getMessage());
    }
  }

  private static Object argument(Class<?> type, StreamingChatResponseHandler handler) {
    UserMessage why = UserMessage.from("Why?");
    if (type == String.class) {
      return "Why?";
    } else if (type == ChatMessage[].class) {
      return new ChatMessage[] {why};
    } else if (type == List.class) {
      return List.of(why);
    } else if (type == ChatRequest.class) {
      return ChatRequest.builder().messages(why).build();
    } else if (type == ChatRequestOptions.class) {
      return ChatRequestOptions.EMPTY;
    } else if (type == StreamingChatResponseHandler.class) {
      return handler;
    }
    throw new AssertionError("an entry point takes a " + type + ", which this test cannot make");
  }

  @SuppressWarnings("unchecked")
  private static List<String> texts(Object result, RecordingHandler handler) {
    if (result == null) {
      return handler.heard();
    } else if (result instanceof String text) {
      return List.of(text);
    } else if (result instanceof ChatResponse response) {
      return List.of(response.aiMessage().text());
    } else if (result instanceof CompletableFuture<?> future) {
      return future
          .handle(
              (value, error) ->
                  error == null ? texts(value, handler) : List.of("failed: " + error.getMessage()))
          .join();
    } else if (result instanceof Flow.Publisher<?> publisher) {
      CollectingSubscriber subscriber = CollectingSubscriber.ofAll();
      ((Flow.Publisher<Object>) publisher).subscribe(subscriber);
      List<String> lines = new ArrayList<>(subscriber.heard);
      subscriber.errors.forEach(error -> lines.add(error.getMessage()));
      return lines;
    }
    throw new AssertionError("an entry point returns a " + result.getClass());
  }
}
