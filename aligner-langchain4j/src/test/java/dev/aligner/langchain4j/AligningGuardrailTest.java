package dev.aligner.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.Aligner;
import dev.aligner.langchain4j.testing.Aligners;
import dev.aligner.langchain4j.testing.ScriptedChatModel;
import dev.aligner.policy.AlignmentPolicy;
import dev.aligner.policy.FailurePolicy;
import dev.aligner.policy.Mode;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.guardrail.OutputGuardrail;
import dev.langchain4j.guardrail.OutputGuardrailException;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.UserMessage;
import dev.langchain4j.service.V;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AligningGuardrailTest {

  interface Assistant {
    String chat(String question);
  }

  interface Translator {
    @UserMessage("Translate to {{language}}: {{text}}")
    String translate(@V("language") String language, @V("text") String text);
  }

  interface Desk {
    String chat(@MemoryId int customer, @UserMessage String question);
  }

  private final ScriptedChatModel upstream = ScriptedChatModel.saying("so RAW");

  @Test
  void validate_inAiService_rewritesTheAnswer() {
    assertThat(assistant(LangChain4jAligner.on(Aligners.fine())).chat("Why?")).isEqualTo("so FINE");
  }

  @Test
  void validate_nothingToCorrect_succeedsWithoutRewriting() {
    OutputGuardrail guardrail = LangChain4jAligner.on(Aligners.fine()).outputGuardrail();

    assertThat(guardrail.validate(AiMessage.from("fine")).hasRewrittenResult()).isFalse();
    assertThat(guardrail.validate(AiMessage.from("RAW")).successfulText()).isEqualTo("FINE");
  }

  @Test
  void question_withMemory_isTheLastUserMessage() {
    Aligners.Recording aligner = Aligners.recording();
    Assistant assistant =
        AiServices.builder(Assistant.class)
            .chatModel(upstream)
            .chatMemory(MessageWindowChatMemory.withMaxMessages(10))
            .outputGuardrails(LangChain4jAligner.on(aligner).outputGuardrail())
            .build();

    assistant.chat("Why?");
    assistant.chat("And why that?");

    assertThat(aligner.questions()).containsExactly("Why?", "And why that?");
  }

  @Test
  void question_conversation_endsBeforeTheAnswer() {
    Aligners.Recording aligner = Aligners.recording();
    Assistant assistant =
        AiServices.builder(Assistant.class)
            .chatModel(ScriptedChatModel.saying("one", "two"))
            .chatMemory(MessageWindowChatMemory.withMaxMessages(10))
            .outputGuardrails(
                LangChain4jAligner.on(aligner)
                    .withQuestion(Question.conversation())
                    .outputGuardrail())
            .build();

    assistant.chat("Why?");
    assistant.chat("And why that?");

    assertThat(aligner.questions())
        .containsExactly("Why?", "User: Why?\nAssistant: one\nUser: And why that?");
  }

  @Test
  void question_withoutMemory_isTheRenderedTemplate() {
    Aligners.Recording aligner = Aligners.recording();
    Translator translator =
        AiServices.builder(Translator.class)
            .chatModel(upstream)
            .outputGuardrails(LangChain4jAligner.on(aligner).outputGuardrail())
            .build();

    translator.translate("German", "{{cat}}");
    assistant(LangChain4jAligner.on(aligner)).chat("What is this?");

    assertThat(aligner.questions())
        .containsExactly("Translate to German: {{cat}}", "What is this?");
  }

  @Test
  void samplingKey_memoryPerUser_isItsId() {
    List<String> keys = new ArrayList<>();
    AlignmentPolicy policy =
        AlignmentPolicy.builder()
            .mode(Mode.sample(1))
            .listener(event -> keys.add(event.exchange().context().samplingKey()))
            .build();
    Desk desk =
        AiServices.builder(Desk.class)
            .chatModel(upstream)
            .chatMemoryProvider(id -> MessageWindowChatMemory.withMaxMessages(10))
            .outputGuardrails(LangChain4jAligner.on(Aligners.fine(), policy).outputGuardrail())
            .build();

    desk.chat(7, "Why?");

    assertThat(keys).isNotEmpty().containsOnly("7");
  }

  @Test
  void samplingKey_oneMemoryForAll_isTheQuestion() {
    List<String> keys = new ArrayList<>();
    AlignmentPolicy policy =
        AlignmentPolicy.builder()
            .listener(event -> keys.add(event.exchange().context().samplingKey()))
            .build();
    Assistant assistant =
        AiServices.builder(Assistant.class)
            .chatModel(upstream)
            .chatMemory(MessageWindowChatMemory.withMaxMessages(10))
            .outputGuardrails(LangChain4jAligner.on(Aligners.fine(), policy).outputGuardrail())
            .build();

    assistant.chat("Why?");

    assertThat(keys).isNotEmpty().containsOnly("Why?");
  }

  @Test
  void validate_alignerFails_failurePolicyApplies() {
    Aligner failing = Aligners.failing();
    AlignmentPolicy strict = AlignmentPolicy.builder().onFailure(FailurePolicy.throwing()).build();

    assertThat(assistant(LangChain4jAligner.on(failing)).chat("Why?")).isEqualTo("so RAW");
    assertThatThrownBy(() -> assistant(LangChain4jAligner.on(failing, strict)).chat("Why?"))
        .isInstanceOf(OutputGuardrailException.class)
        .hasMessageContaining("failure policy")
        .hasMessageNotContaining("RAW");
  }

  private Assistant assistant(LangChain4jAligner aligner) {
    return AiServices.builder(Assistant.class)
        .chatModel(upstream)
        .outputGuardrails(aligner.outputGuardrail())
        .build();
  }
}
