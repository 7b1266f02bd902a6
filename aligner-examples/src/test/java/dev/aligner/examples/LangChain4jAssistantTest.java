package dev.aligner.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.InferenceException;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import org.junit.jupiter.api.Test;

class LangChain4jAssistantTest {

  private static final Aligner POLITE =
      request -> Correction.of(request, request.answer().replace(", you idiot", ""));

  private final ChatMemory memory = MessageWindowChatMemory.withMaxMessages(20);

  @Test
  void assistant_rudeModel_answersAndRemembersPolitely() {
    LangChain4jAssistant.Assistant assistant =
        LangChain4jAssistant.assistant(POLITE, new LangChain4jAssistant.GrumpyModel(), memory);

    assertThat(assistant.chat("Why?")).isEqualTo("Eight minutes. Then cool it in water.");
    assertThat(memory.messages()).contains(AiMessage.from("Eight minutes. Then cool it in water."));
  }

  @Test
  void assistant_alignerFails_showsTheOriginal() {
    Aligner failing =
        request -> {
          throw new InferenceException("no memory left", null);
        };
    LangChain4jAssistant.Assistant assistant =
        LangChain4jAssistant.assistant(failing, new LangChain4jAssistant.GrumpyModel(), memory);

    assertThat(assistant.chat("Why?")).startsWith("Eight minutes, you idiot.");
  }

  @Test
  void assistant_modelFails_passesItThrough() {
    IllegalStateException down = new IllegalStateException("down");
    ChatModel model =
        new ChatModel() {
          @Override
          public ChatResponse doChat(ChatRequest request) {
            throw down;
          }
        };

    assertThatThrownBy(() -> LangChain4jAssistant.assistant(POLITE, model, memory).chat("Why?"))
        .isSameAs(down);
  }

  @Test
  void main_bundledModel_printsAnswer() {
    assertThat(StandardOutput.of(() -> LangChain4jAssistant.main(new String[0])))
        .contains("Eight minutes")
        .contains("cool it in water")
        .doesNotContain("idiot");
  }
}
