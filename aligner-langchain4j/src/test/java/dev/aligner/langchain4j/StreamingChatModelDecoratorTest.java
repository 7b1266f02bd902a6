package dev.aligner.langchain4j;

import static dev.aligner.langchain4j.testing.ScriptedStreamingChatModel.doing;
import static dev.aligner.langchain4j.testing.ScriptedStreamingChatModel.saying;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.Aligner;
import dev.aligner.event.AlignmentEvent;
import dev.aligner.langchain4j.testing.Aligners;
import dev.aligner.langchain4j.testing.RecordingHandler;
import dev.aligner.langchain4j.testing.ScriptedChatModel.Responses;
import dev.aligner.langchain4j.testing.ScriptedStreamingChatModel;
import dev.aligner.langchain4j.testing.ScriptedStreamingChatModel.Handle;
import dev.aligner.policy.AlignmentPolicy;
import dev.aligner.policy.Mode;
import dev.aligner.policy.StreamDelivery;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.listener.ChatModelRequestContext;
import dev.langchain4j.model.chat.listener.ChatModelResponseContext;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamingChatModelDecoratorTest {

  private final RecordingHandler handler = new RecordingHandler();

  @Test
  void buffer_showsTheCorrectedAnswerAtOnce() {
    aligned(saying("so ", "RA", "W")).chat("Why?", handler);

    assertThat(handler.heard()).containsExactly("text+ so FINE", "complete so FINE");
  }

  @Test
  void buffer_upstreamWithoutHandles_showsPlainParts() {
    aligned(doing(upstream -> plain(upstream, "so RAW"))).chat("Why?", handler);

    assertThat(handler.heard()).containsExactly("text so FINE", "complete so FINE");
  }

  @Test
  void buffer_upstreamWithoutParts_showsTheCorrectedAnswer() {
    aligned(doing(upstream -> upstream.onCompleteResponse(Responses.of("RAW"))))
        .chat("Why?", handler);

    assertThat(handler.heard()).containsExactly("text FINE", "complete FINE");
  }

  @Test
  void buffer_hostileUpstream_showsNothingUnaligned() {
    StreamingChatModel hostile =
        doing(
            upstream -> {
              upstream.onPartialResponse("harmless");
              upstream.onCompleteResponse(Responses.of("RAW"));
              upstream.onPartialThinking(new PartialThinking("RAW"));
              upstream.onUnmappedRawEvent("RAW");
              upstream.onPartialResponse("RAW");
              upstream.onCompleteResponse(Responses.of("RAW"));
              upstream.onError(new IllegalStateException("RAW"));
            },
            upstream -> {
              upstream.onPartialResponse("RAW");
              upstream.onCompleteResponse(Responses.of("other"));
            },
            upstream -> {
              upstream.onPartialResponse("RAW");
              upstream.onError(new IllegalStateException("down"));
              upstream.onCompleteResponse(Responses.of("RAW"));
            },
            upstream -> {
              upstream.onPartialResponse("RA");
              upstream.onCompleteResponse(Responses.of("RAW, and RAW again"));
            });
    StreamingChatModel model = aligned(hostile);
    for (int i = 0; i < 4; i++) {
      model.chat("Why?", handler);
    }

    assertThat(handler.heard())
        .containsExactly(
            "text harmless",
            "complete harmless",
            "text FINE",
            "complete FINE",
            "error",
            "text FINE, and FINE again",
            "complete FINE, and FINE again");
  }

  @Test
  void everyCallback_reachesTheHandler() {
    Handle handle = new Handle();
    ToolExecutionRequest call = ToolExecutionRequest.builder().name("search").build();
    PartialToolCall part =
        PartialToolCall.builder().index(0).name("search").partialArguments("{").build();
    AiMessage message =
        AiMessage.builder().thinking("hm").toolExecutionRequests(List.of(call)).build();
    StreamingChatModel upstream =
        doing(
            to -> {
              to.onPartialThinking(new PartialThinking("h"));
              to.onPartialThinking(new PartialThinking("m"), new PartialThinkingContext(handle));
              to.onPartialToolCall(part);
              to.onPartialToolCall(part, new PartialToolCallContext(handle));
              to.onCompleteToolCall(new CompleteToolCall(0, call));
              to.onUnmappedRawEvent("searching");
              to.onCompleteResponse(Responses.of(message));
            });

    aligned(upstream).chat("Why?", handler);

    assertThat(handler.heard())
        .containsExactly(
            "thinking h",
            "thinking+ m",
            "tool {",
            "tool+ {",
            "call search",
            "raw event searching",
            "complete null");
    assertThat(handler.response().aiMessage()).isSameAs(message);
  }

  @Test
  void handler_hasNoCallbacksButThoseForwarded() {
    assertThat(StreamingChatResponseHandler.class.getDeclaredMethods())
        .filteredOn(method -> !method.isSynthetic())
        .hasSize(10)
        .allSatisfy(
            method ->
                assertThat(
                        AligningHandler.class.getDeclaredMethod(
                            method.getName(), method.getParameterTypes()))
                    .isNotNull());
  }

  @Test
  void completeResponse_keepsAllButTheText() {
    ChatResponse original =
        ChatResponse.builder()
            .aiMessage(AiMessage.builder().text("RAW").thinking("RAW thoughts").build())
            .id("42")
            .modelName("big")
            .tokenUsage(new TokenUsage(3, 4))
            .finishReason(FinishReason.LENGTH)
            .build();
    StreamingChatModel upstream =
        doing(
            to -> {
              to.onPartialResponse("RAW");
              to.onCompleteResponse(original);
            });

    aligned(upstream).chat("Why?", handler);

    assertThat(handler.response().metadata()).isSameAs(original.metadata());
    assertThat(handler.response().aiMessage()).isEqualTo(original.aiMessage().withText("FINE"));
  }

  @Test
  void requestAndListeners_areTheUpstreamModels() {
    List<String> heard = new ArrayList<>();
    ScriptedStreamingChatModel upstream = saying("RAW").listener(listener(heard));
    StreamingChatModel model = aligned(upstream);
    ChatRequest request = ChatRequest.builder().messages(UserMessage.from("Why?")).build();

    model.chat(request, ChatRequestOptions.EMPTY, handler);

    assertThat(heard).containsExactly("request", "response RAW");
    assertThat(model.listeners()).isEmpty();
    assertThat(upstream.sent().get(0).modelName()).isEqualTo("scripted");
    assertThat(model.defaultRequestParameters().modelName()).isEqualTo("scripted");
    assertThat(model.provider()).isEqualTo(ModelProvider.OLLAMA);
    assertThat(model.supportedCapabilities())
        .containsExactly(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
  }

  @Test
  void perSegment_showsSentencesAsTheyComplete() {
    List<List<String>> shownBefore = new ArrayList<>();
    StreamingChatModel upstream =
        doing(
            to -> {
              for (String part : List.of("A RAW one. ", "A RAW", " two. ", "End RAW")) {
                to.onPartialResponse(part);
                shownBefore.add(List.copyOf(handler.heard()));
              }
              to.onCompleteResponse(Responses.of("A RAW one. A RAW two. End RAW"));
            });

    with(StreamDelivery.perSegment(), Aligners.fine())
        .streamingChatModel(upstream)
        .chat("Why?", handler);

    assertThat(String.join("", shownBefore.get(3))).contains("A FINE one.");
    assertThat(handler.heard()).noneMatch(line -> line.contains("RAW"));
    assertThat(handler.response().aiMessage().text()).isEqualTo("A FINE one. A FINE two. End FINE");
  }

  @Test
  void perSegment_jsonWasAskedFor_passesUntouched() {
    ChatRequest json =
        ChatRequest.builder()
            .messages(UserMessage.from("Why?"))
            .responseFormat(ResponseFormat.JSON)
            .build();

    with(StreamDelivery.perSegment(), Aligners.fine())
        .streamingChatModel(saying("{\"a\": \"RAW. RAW.\"}"))
        .chat(json, handler);

    assertThat(handler.response().aiMessage().text()).isEqualTo("{\"a\": \"RAW. RAW.\"}");
  }

  @Test
  void passThrough_showsTheOriginalAndCorrectsBeside() {
    List<AlignmentEvent> events = new ArrayList<>();
    AlignmentPolicy policy =
        AlignmentPolicy.builder()
            .streams(StreamDelivery.passThrough(Mode.shadow(Runnable::run)))
            .listener(events::add)
            .build();

    LangChain4jAligner.on(Aligners.fine(), policy)
        .streamingChatModel(saying("so ", "RAW"))
        .chat("Why?", handler);

    assertThat(handler.heard()).containsExactly("text+ so ", "text+ RAW", "complete so RAW");
    assertThat(events).last().isInstanceOf(AlignmentEvent.Corrected.class);
  }

  private static void plain(StreamingChatResponseHandler to, String text) {
    to.onPartialResponse(text);
    to.onCompleteResponse(Responses.of(text));
  }

  private static LangChain4jAligner with(StreamDelivery delivery, Aligner aligner) {
    return LangChain4jAligner.on(aligner, AlignmentPolicy.builder().streams(delivery).build());
  }

  private static StreamingChatModel aligned(StreamingChatModel upstream) {
    return aligned(Aligners.fine(), upstream);
  }

  private static StreamingChatModel aligned(Aligner aligner, StreamingChatModel upstream) {
    return LangChain4jAligner.on(aligner).streamingChatModel(upstream);
  }

  private static ChatModelListener listener(List<String> heard) {
    return new ChatModelListener() {
      @Override
      public void onRequest(ChatModelRequestContext context) {
        heard.add("request");
      }

      @Override
      public void onResponse(ChatModelResponseContext context) {
        heard.add("response " + context.chatResponse().aiMessage().text());
      }
    };
  }
}
