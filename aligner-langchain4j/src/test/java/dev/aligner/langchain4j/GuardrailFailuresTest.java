package dev.aligner.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.InferenceException;
import dev.aligner.langchain4j.testing.Aligners;
import dev.aligner.langchain4j.testing.ScriptedChatModel;
import dev.aligner.langchain4j.testing.ScriptedStreamingChatModel;
import dev.aligner.policy.AlignmentPolicy;
import dev.aligner.policy.FailurePolicy;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.guardrail.OutputGuardrail;
import dev.langchain4j.guardrail.OutputGuardrailException;
import dev.langchain4j.guardrail.OutputGuardrailRequest;
import dev.langchain4j.guardrail.OutputGuardrailResult;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.TokenStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * The four things that go wrong where answers are rewritten by an output guardrail of LangChain4j,
 * each shown going wrong there and right with the decorator; core 1.23.0 has mended one. If one of
 * the first kind fails after an upgrade, LangChain4j has mended it, and what the documentation says
 * of guardrails is to be changed.
 */
class GuardrailFailuresTest {

  interface Assistant {
    String chat(String question);
  }

  interface StreamingAssistant {
    TokenStream chat(String question);
  }

  /** A guardrail as anyone would write it. */
  private static final OutputGuardrail REWRITES =
      new OutputGuardrail() {
        @Override
        public OutputGuardrailResult validate(AiMessage message) {
          return successWith(message.text().replace("RAW", "FINE"));
        }
      };

  private static final OutputGuardrail SUCCEEDS =
      new OutputGuardrail() {
        @Override
        public OutputGuardrailResult validate(AiMessage message) {
          return success();
        }
      };

  private static final OutputGuardrail BREAKS =
      new OutputGuardrail() {
        @Override
        public OutputGuardrailResult validate(OutputGuardrailRequest request) {
          throw new IllegalStateException("no memory left");
        }
      };

  private final ScriptedChatModel upstream = ScriptedChatModel.saying("so RAW");
  private final ChatMemory memory = MessageWindowChatMemory.withMaxMessages(10);
  private final List<String> parts = new ArrayList<>();

  @Test
  void streaming_guardrail_showsTheOriginalInParts() throws Exception {
    ChatResponse response = stream(ScriptedStreamingChatModel.saying("so ", "RA", "W"), REWRITES);

    assertThat(parts).containsExactly("so ", "RA", "W");
    assertThat(response.aiMessage().text()).isEqualTo("so FINE");
  }

  @Test
  void streaming_decorator_showsTheCorrectedAnswer() throws Exception {
    StreamingChatModel model =
        LangChain4jAligner.on(Aligners.fine())
            .streamingChatModel(ScriptedStreamingChatModel.saying("so ", "RA", "W"));

    ChatResponse response = stream(model, SUCCEEDS);

    assertThat(parts).containsExactly("so FINE");
    assertThat(response.aiMessage().text()).isEqualTo("so FINE");
  }

  @Test
  void rewriteThenSuccess_guardrail_forgetsTheRewriteUntilANewerCore() {
    boolean mended = System.getProperty("langchain4j.core", "").startsWith("1.23.");

    assertThat(assistant(upstream, REWRITES, SUCCEEDS).chat("Why?"))
        .isEqualTo(mended ? "so FINE" : "so RAW");
  }

  @Test
  void rewriteThenSuccess_decorator_keepsTheRewrite() {
    assertThat(assistant(aligned(), SUCCEEDS).chat("Why?")).isEqualTo("so FINE");
  }

  @Test
  void memory_guardrail_keepsTheOriginal() {
    assertThat(assistant(upstream, REWRITES).chat("Why?")).isEqualTo("so FINE");

    assertThat(memory.messages()).contains(AiMessage.from("so RAW"));
  }

  @Test
  void memory_decorator_keepsTheCorrectedAnswer() {
    assertThat(assistant(aligned()).chat("Why?")).isEqualTo("so FINE");

    assertThat(memory.messages())
        .contains(AiMessage.from("so FINE"))
        .doesNotContain(AiMessage.from("so RAW"));
  }

  @Test
  void failure_guardrail_failsTheCall() {
    assertThatThrownBy(() -> assistant(upstream, BREAKS).chat("Why?"))
        .isInstanceOf(OutputGuardrailException.class);
  }

  @Test
  void failure_decorator_returnsTheOriginalByDefault() {
    ChatModel model = LangChain4jAligner.on(Aligners.failing()).chatModel(upstream);

    assertThat(assistant(model, SUCCEEDS).chat("Why?")).isEqualTo("so RAW");
  }

  @Test
  void failure_decorator_throwsWhatFailedIfThePolicySaysSo() {
    AlignmentPolicy strict = AlignmentPolicy.builder().onFailure(FailurePolicy.throwing()).build();
    ChatModel model = LangChain4jAligner.on(Aligners.failing(), strict).chatModel(upstream);

    assertThatThrownBy(() -> assistant(model).chat("Why?")).isInstanceOf(InferenceException.class);
  }

  private ChatModel aligned() {
    return LangChain4jAligner.on(Aligners.fine()).chatModel(upstream);
  }

  private Assistant assistant(ChatModel model, OutputGuardrail... guardrails) {
    return AiServices.builder(Assistant.class)
        .chatModel(model)
        .chatMemory(memory)
        .outputGuardrails(guardrails)
        .build();
  }

  private ChatResponse stream(StreamingChatModel model, OutputGuardrail guardrail)
      throws Exception {
    StreamingAssistant assistant =
        AiServices.builder(StreamingAssistant.class)
            .streamingChatModel(model)
            .outputGuardrails(guardrail)
            .build();
    CompletableFuture<ChatResponse> response = new CompletableFuture<>();
    assistant
        .chat("Why?")
        .onPartialResponse(parts::add)
        .onCompleteResponse(response::complete)
        .onError(response::completeExceptionally)
        .start();
    return response.get(10, TimeUnit.SECONDS);
  }
}
