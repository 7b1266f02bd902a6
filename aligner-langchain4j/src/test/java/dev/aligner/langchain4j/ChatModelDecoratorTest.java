package dev.aligner.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.InferenceException;
import dev.aligner.event.AlignmentEvent;
import dev.aligner.langchain4j.testing.Aligners;
import dev.aligner.langchain4j.testing.ScriptedChatModel;
import dev.aligner.langchain4j.testing.ScriptedChatModel.Responses;
import dev.aligner.policy.AlignmentPolicy;
import dev.aligner.policy.AnswerTrait;
import dev.aligner.policy.CorrectionGate;
import dev.aligner.policy.FailurePolicy;
import dev.aligner.policy.Mode;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.listener.ChatModelErrorContext;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.listener.ChatModelRequestContext;
import dev.langchain4j.model.chat.listener.ChatModelResponseContext;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChatModelDecoratorTest {

  private static final ChatRequest WHY =
      ChatRequest.builder().messages(UserMessage.from("Why?")).build();

  /** Metadata as a provider has it. */
  static final class ProviderMetadata extends ChatResponseMetadata {

    private final String fingerprint;

    ProviderMetadata(Builder builder) {
      super(builder);
      this.fingerprint = builder.fingerprint;
    }

    @Override
    public Builder toBuilder() {
      throw new UnsupportedOperationException("not needed");
    }

    static final class Builder extends ChatResponseMetadata.Builder<Builder> {

      private final String fingerprint = "fp_1";

      @Override
      public ProviderMetadata build() {
        return new ProviderMetadata(this);
      }
    }
  }

  /** Parameters as a provider has them. */
  static final class ProviderParameters extends DefaultChatRequestParameters {

    private final String seed;

    ProviderParameters(String seed) {
      super(new DefaultChatRequestParameters.Builder<>());
      this.seed = seed;
    }
  }

  @Test
  void chat_textAlone_isCorrected() {
    ChatModel model = aligned(ScriptedChatModel.saying("a RAW answer"));

    assertThat(model.chat("Why?")).isEqualTo("a FINE answer");
  }

  @Test
  void chat_corrected_keepsAllButTheText() {
    ToolExecutionRequest call = ToolExecutionRequest.builder().name("search").build();
    ChatResponseMetadata metadata =
        new ProviderMetadata.Builder()
            .id("42")
            .modelName("big")
            .tokenUsage(new TokenUsage(3, 4))
            .finishReason(FinishReason.STOP)
            .build();
    AiMessage message =
        AiMessage.builder()
            .text("RAW")
            .thinking("RAW thoughts")
            .toolExecutionRequests(List.of(call))
            .attributes(Map.of("signature", "s"))
            .build();
    ScriptedChatModel upstream =
        ScriptedChatModel.saying(
            ChatResponse.builder().aiMessage(message).metadata(metadata).build());
    AlignmentPolicy open = AlignmentPolicy.builder().gate(CorrectionGate.open()).build();

    ChatResponse response =
        LangChain4jAligner.on(Aligners.fine(), open).chatModel(upstream).chat(WHY);

    assertThat(response.metadata()).isSameAs(metadata);
    assertThat(response.aiMessage()).isEqualTo(message.withText("FINE"));
    assertThat(((ProviderMetadata) response.metadata()).fingerprint).isEqualTo("fp_1");
  }

  @Test
  void chat_nothingToCorrect_isTheSameObject() {
    ChatResponse original = Responses.of("polite already");

    assertThat(aligned(ScriptedChatModel.saying(original)).chat(WHY)).isSameAs(original);
  }

  @Test
  void chat_requestForTools_passesUntouched() {
    ToolExecutionRequest call = ToolExecutionRequest.builder().name("search").build();
    ChatResponse withText = Responses.of(AiMessage.from("RAW", List.of(call)));
    ChatResponse without = Responses.of(AiMessage.from(List.of(call)));
    ChatModel model = aligned(ScriptedChatModel.saying(withText, without));

    assertThat(model.chat(WHY)).isSameAs(withText);
    assertThat(model.chat(WHY)).isSameAs(without);
  }

  @Test
  void chat_requestAndOptions_reachTheUpstreamModelAsTheyAre() {
    ScriptedChatModel upstream =
        ScriptedChatModel.saying("RAW")
            .defaults(DefaultChatRequestParameters.builder().modelName("big").build());
    ChatRequest request =
        ChatRequest.builder()
            .messages(UserMessage.from("Why?"))
            .parameters(new ProviderParameters("7"))
            .build();
    ChatRequestOptions options =
        ChatRequestOptions.builder().addListenerAttribute("trace", "t1").build();

    aligned(upstream).chat(request, options);
    aligned(upstream).chat(request);

    assertThat(upstream.given())
        .hasSize(2)
        .allSatisfy(given -> assertThat(given).isSameAs(request));
    assertThat(upstream.options()).containsExactly(options, ChatRequestOptions.EMPTY);
    assertThat(((ProviderParameters) upstream.given().get(0).parameters()).seed).isEqualTo("7");
    assertThat(upstream.sent()).allMatch(sent -> "big".equals(sent.modelName()));
  }

  @Test
  void chat_listenersOfTheUpstreamModel_hearOnceAndTheOriginal() {
    List<String> heard = new ArrayList<>();
    ScriptedChatModel upstream = ScriptedChatModel.saying("RAW").listener(listener(heard));
    ChatModel model = aligned(upstream);

    model.chat(WHY);
    model.chat(WHY, ChatRequestOptions.EMPTY);

    assertThat(model.listeners()).isEmpty();
    assertThat(heard).containsExactly("request", "response RAW", "request", "response RAW");
  }

  @Test
  void facts_areTheUpstreamModels() {
    ChatRequestParameters defaults =
        DefaultChatRequestParameters.builder().modelName("big").build();
    ChatModel model =
        aligned(
            ScriptedChatModel.saying("RAW")
                .defaults(defaults)
                .capabilities(Capability.RESPONSE_FORMAT_JSON_SCHEMA));

    assertThat(model.defaultRequestParameters()).isSameAs(defaults);
    assertThat(model.supportedCapabilities())
        .containsExactly(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
    assertThat(model.provider()).isEqualTo(ModelProvider.OPEN_AI);
  }

  @Test
  void chat_jsonWasAskedFor_passesUntouched() {
    ChatRequest json =
        ChatRequest.builder()
            .messages(UserMessage.from("Why?"))
            .responseFormat(ResponseFormat.JSON)
            .build();
    ChatRequestParameters always =
        DefaultChatRequestParameters.builder().responseFormat(ResponseFormat.JSON).build();

    assertThat(text(aligned(ScriptedChatModel.saying("RAW")).chat(json))).isEqualTo("RAW");
    assertThat(aligned(ScriptedChatModel.saying("RAW").defaults(always)).chat("Why?"))
        .isEqualTo("RAW");
  }

  @Test
  void chat_answerIsJsonAsAWhole_passesUntouched() {
    assertThat(aligned(ScriptedChatModel.saying(" {\"a\": [\"RAW\"]}\n")).chat("Why?"))
        .contains("RAW");
    assertThat(aligned(ScriptedChatModel.saying("[\"RAW\"]")).chat("Why?")).contains("RAW");
  }

  @Test
  void chat_answerOnlyLooksLikeJson_isCorrected() {
    for (String prose :
        List.of("{RAW}", "[RAW] and [RAW]", "[1] RAW [2]", "{\"a\": \"RAW\"} {}", "{\"RAW\": }")) {
      assertThat(aligned(ScriptedChatModel.saying(prose)).chat("Why?")).doesNotContain("RAW");
    }
  }

  @Test
  void chat_answerWasCutOff_gateMayAskForThat() {
    List<AlignmentEvent> events = new ArrayList<>();
    AlignmentPolicy policy =
        AlignmentPolicy.builder().listener(events::add).mode(Mode.enforce()).build();
    ChatResponse cut =
        ChatResponse.builder()
            .aiMessage(AiMessage.from("RAW and th"))
            .finishReason(FinishReason.LENGTH)
            .build();

    LangChain4jAligner.on(Aligners.fine(), policy)
        .chatModel(ScriptedChatModel.saying(cut))
        .chat(WHY);

    assertThat(events).hasSize(2);
    assertThat(events.get(1).exchange().context().traits()).containsExactly(AnswerTrait.CUT_OFF);
    assertThat(events.get(1).exchange().context().upstreamTime()).isPresent();
  }

  @Test
  void chat_alignerFails_failurePolicyApplies() {
    AlignmentPolicy strict = AlignmentPolicy.builder().onFailure(FailurePolicy.throwing()).build();
    ScriptedChatModel upstream = ScriptedChatModel.saying("RAW");

    LangChain4jAligner lenient = LangChain4jAligner.on(Aligners.failing());
    assertThat(lenient.chatModel(upstream).chat("Why?")).isEqualTo("RAW");
    assertThat(lenient.answers().counts().failures()).isEqualTo(1);
    assertThatThrownBy(
            () ->
                LangChain4jAligner.on(Aligners.failing(), strict).chatModel(upstream).chat("Why?"))
        .isInstanceOf(InferenceException.class);
  }

  @Test
  void chat_upstreamThrows_passesItThrough() {
    IllegalStateException down = new IllegalStateException("down");
    ChatModel upstream =
        new ScriptedChatModel() {
          @Override
          public ChatResponse doChat(ChatRequest request) {
            throw down;
          }
        };

    assertThatThrownBy(() -> aligned(upstream).chat("Why?")).isSameAs(down);
  }

  @Test
  void chat_upstreamAnswersNull_saysSo() {
    ChatModel upstream =
        new ChatModel() {
          @Override
          public @Nullable ChatResponse chat(ChatRequest request) {
            return null;
          }
        };

    assertThatThrownBy(() -> aligned(upstream).chat("Why?"))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("upstream");
  }

  @Test
  void withSamplingKey_controlArm_showsTheOriginal() {
    AlignmentPolicy none = AlignmentPolicy.builder().mode(Mode.sample(0)).build();
    List<String> keys = new ArrayList<>();
    AlignmentPolicy heard =
        AlignmentPolicy.builder()
            .mode(Mode.sample(1))
            .listener(event -> keys.add(event.exchange().context().samplingKey()))
            .build();
    ScriptedChatModel upstream = ScriptedChatModel.saying("RAW");

    assertThat(LangChain4jAligner.on(Aligners.fine(), none).chatModel(upstream).chat("Why?"))
        .isEqualTo("RAW");
    assertThat(
            LangChain4jAligner.on(Aligners.fine(), heard)
                .withSamplingKey(request -> "user 7")
                .chatModel(upstream)
                .chat("Why?"))
        .isEqualTo("FINE");
    assertThat(keys).isNotEmpty().containsOnly("user 7");
  }

  private static ChatModel aligned(ChatModel upstream) {
    return LangChain4jAligner.on(Aligners.fine()).chatModel(upstream);
  }

  private static String text(ChatResponse response) {
    return response.aiMessage().text();
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

      @Override
      public void onError(ChatModelErrorContext context) {
        heard.add("error");
      }
    };
  }
}
