package dev.aligner.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.Aligner;
import dev.aligner.InferenceException;
import dev.aligner.langchain4j.testing.Aligners;
import dev.aligner.langchain4j.testing.ScriptedChatModel;
import dev.aligner.langchain4j.testing.ScriptedChatModel.Responses;
import dev.aligner.policy.AlignmentPolicy;
import dev.aligner.policy.FailurePolicy;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialToolCall;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Futures and publishers, called as a caller does who is compiled against the newer core. */
@EnabledIfSystemProperty(named = "langchain4j.core", matches = "1\\.23\\..*")
class NewerCoreTest {

  private static final ChatRequest WHY =
      ChatRequest.builder().messages(UserMessage.from("Why?")).build();

  private final CollectingSubscriber subscriber = CollectingSubscriber.ofAll();

  /** A model that answers when the test says so. */
  static final class AsyncModel implements ChatModel {

    private final CompletableFuture<ChatResponse> answer = new CompletableFuture<>();

    public CompletableFuture<ChatResponse> chatAsync(ChatRequest request, ChatRequestOptions with) {
      return answer;
    }
  }

  @Test
  void chatAsync_correctsWhenTheAnswerComes() throws Exception {
    AsyncModel upstream = new AsyncModel();
    CompletableFuture<ChatResponse> asked = chatAsync(aligned(Aligners.fine(), upstream));
    assertThat(asked).isNotDone();

    upstream.answer.complete(Responses.of("RAW"));

    assertThat(asked.join().aiMessage().text()).isEqualTo("FINE");
  }

  @Test
  void chatAsync_cancelled_cancelsTheUpstreamModel() throws Exception {
    AsyncModel upstream = new AsyncModel();
    CompletableFuture<ChatResponse> asked = chatAsync(aligned(Aligners.fine(), upstream));

    asked.cancel(true);

    assertThat(upstream.answer).isCancelled();
  }

  @Test
  void chatAsync_alignerFails_failurePolicyApplies() throws Exception {
    AlignmentPolicy strict = AlignmentPolicy.builder().onFailure(FailurePolicy.throwing()).build();
    ScriptedChatModel upstream = ScriptedChatModel.saying("RAW");

    CompletableFuture<ChatResponse> lenient = chatAsync(aligned(Aligners.failing(), upstream));
    CompletableFuture<ChatResponse> failed =
        chatAsync(LangChain4jAligner.on(Aligners.failing(), strict).chatModel(upstream));

    assertThat(lenient.join().aiMessage().text()).isEqualTo("RAW");
    assertThatThrownBy(failed::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(InferenceException.class);
  }

  @Test
  void publisher_buffer_givesTheCorrectedAnswer() throws Exception {
    publisher(PublishingChatModel.saying("so ", "RA", "W")).subscribe(subscriber);

    assertThat(subscriber.heard).containsExactly("text so FINE", "complete so FINE", "end");
  }

  @Test
  void publisher_request_reachesTheUpstreamModelForEachSubscriber() throws Exception {
    PublishingChatModel upstream = PublishingChatModel.saying("RAW");
    Flow.Publisher<Object> publisher = publisher(upstream);
    assertThat(upstream.sent).isEmpty();

    publisher.subscribe(subscriber);

    assertThat(upstream.sent).extracting(ChatRequest::messages).containsExactly(WHY.messages());
  }

  @Test
  void publisher_givesNoMoreThanWasRequested() throws Exception {
    CollectingSubscriber slow = CollectingSubscriber.of(0);
    publisher(PublishingChatModel.saying("RAW")).subscribe(slow);
    assertThat(slow.heard).isEmpty();

    slow.request(1);
    assertThat(slow.heard).containsExactly("text FINE");
    slow.request(1);
    assertThat(slow.heard).containsExactly("text FINE", "complete FINE", "end");
  }

  @Test
  void publisher_requestOfNothing_isAnError() throws Exception {
    CollectingSubscriber wrong = CollectingSubscriber.of(0);
    PublishingChatModel upstream = PublishingChatModel.saying("RAW");
    publisher(upstream).subscribe(wrong);

    wrong.request(0);

    assertThat(wrong.errors).singleElement().isInstanceOf(IllegalArgumentException.class);
    assertThat(upstream.cancelled).isTrue();
  }

  @Test
  void publisher_cancelled_saysNothingMore() throws Exception {
    CollectingSubscriber leaving = CollectingSubscriber.of(1);
    PublishingChatModel upstream =
        PublishingChatModel.publishing(new PartialThinking("hm"), new PartialResponse("RAW"));
    publisher(upstream).subscribe(leaving);
    leaving.cancel();
    leaving.request(5);

    assertThat(leaving.heard).doesNotContain("text RAW", "text FINE");
    assertThat(upstream.cancelled).isTrue();
  }

  @Test
  void publisher_eventsBesideText_pass() throws Exception {
    ToolExecutionRequest call = ToolExecutionRequest.builder().name("search").build();
    Object raw =
        Class.forName("dev.langchain4j.model.chat.response.RawStreamingEvent")
            .getMethod("of", Object.class)
            .invoke(null, "searching");

    publisher(
            PublishingChatModel.publishing(
                new PartialThinking("hm"),
                PartialToolCall.builder().index(0).name("search").partialArguments("{").build(),
                new CompleteToolCall(0, call),
                raw,
                NewerCore.completeEvent(Responses.of(AiMessage.from(List.of(call))))))
        .subscribe(subscriber);

    assertThat(subscriber.heard)
        .containsExactly(
            "PartialThinking",
            "PartialToolCall",
            "CompleteToolCall",
            "DefaultRawStreamingEvent",
            "complete null",
            "end");
  }

  @Test
  void publisher_eventOfAnotherKind_isAnError() throws Exception {
    Class<?> type = Class.forName("dev.langchain4j.model.chat.response.ChatModelStreamingEvent");
    Object event =
        Proxy.newProxyInstance(
            type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> "RAW");

    publisher(PublishingChatModel.publishing(event)).subscribe(subscriber);

    assertThat(subscriber.heard).containsExactly("error");
    assertThat(subscriber.errors.get(0))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining(event.getClass().getName())
        .hasMessageContaining("Fix:");
  }

  @Test
  void publisher_endsWithoutAResponse_isAnError() throws Exception {
    publisher(PublishingChatModel.publishing(new PartialResponse("RAW"))).subscribe(subscriber);

    assertThat(subscriber.heard).containsExactly("error");
    assertThat(subscriber.errors.get(0)).hasMessageContaining("complete response");
  }

  @Test
  void publisher_upstreamFails_passesTheErrorOn() throws Exception {
    IllegalStateException down = new IllegalStateException("down");

    publisher(PublishingChatModel.failing(down, new PartialResponse("RAW"))).subscribe(subscriber);

    assertThat(subscriber.heard).containsExactly("error");
    assertThat(subscriber.errors).containsExactly(down);
  }

  @Test
  void publisher_alignerFails_failurePolicyApplies() throws Exception {
    AlignmentPolicy strict = AlignmentPolicy.builder().onFailure(FailurePolicy.throwing()).build();
    StreamingChatModel model =
        LangChain4jAligner.on(Aligners.failing(), strict)
            .streamingChatModel(PublishingChatModel.saying("RAW"));

    publisher(model, "chat").subscribe(subscriber);

    assertThat(subscriber.heard).containsExactly("error");
    assertThat(subscriber.errors).singleElement().isInstanceOf(InferenceException.class);
  }

  private static ChatModel aligned(Aligner aligner, ChatModel upstream) {
    return LangChain4jAligner.on(aligner).chatModel(upstream);
  }

  @SuppressWarnings("unchecked")
  private static CompletableFuture<ChatResponse> chatAsync(ChatModel model) throws Exception {
    Method method = ChatModel.class.getMethod("chatAsync", ChatRequest.class);
    return (CompletableFuture<ChatResponse>) method.invoke(model, WHY);
  }

  private static Flow.Publisher<Object> publisher(StreamingChatModel upstream) throws Exception {
    return publisher(LangChain4jAligner.on(Aligners.fine()).streamingChatModel(upstream), "chat");
  }

  @SuppressWarnings("unchecked")
  private static Flow.Publisher<Object> publisher(StreamingChatModel model, String name)
      throws Exception {
    Method method = StreamingChatModel.class.getMethod(name, ChatRequest.class);
    return (Flow.Publisher<Object>) method.invoke(model, WHY);
  }
}
