package dev.aligner.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.langchain4j.testing.Aligners;
import dev.aligner.langchain4j.testing.ScriptedChatModel;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuestionTest {

  private static final List<ChatMessage> TALK =
      List.of(
          SystemMessage.from("Be kind."),
          UserMessage.from("Hello"),
          AiMessage.from("Hi!"),
          UserMessage.from("Why?"),
          AiMessage.from(List.of(ToolExecutionRequest.builder().id("1").name("search").build())),
          ToolExecutionResultMessage.from("1", "search", "42"));

  @Test
  void lastUserMessage_isTheDefault() {
    Aligners.Recording aligner = Aligners.recording();

    LangChain4jAligner.on(aligner).chatModel(ScriptedChatModel.saying("RAW")).chat(TALK);

    assertThat(aligner.questions()).containsExactly("Why?");
  }

  @Test
  void lastUserMessage_severalContents_takesTheTexts() {
    UserMessage message =
        UserMessage.from(
            TextContent.from("What is"),
            ImageContent.from("https://example.invalid/cat.png"),
            TextContent.from("this?"));

    assertThat(Question.lastUserMessage().of(List.of(message))).isEqualTo("What is\nthis?");
  }

  @Test
  void lastUserMessage_noUser_isEmpty() {
    assertThat(Question.lastUserMessage().of(List.of(SystemMessage.from("Be kind.")))).isEmpty();
  }

  @Test
  void conversation_hasALineForEachTurn() {
    assertThat(Question.conversation().of(TALK))
        .isEqualTo("User: Hello\nAssistant: Hi!\nUser: Why?");
  }

  @Test
  void conversation_ofOneMessage_isItsText() {
    assertThat(Question.conversation().of(TALK.subList(0, 2))).isEqualTo("Hello");
    assertThat(Question.conversation().of(List.of())).isEmpty();
  }

  @Test
  void withQuestion_ownFunction_isAsked() {
    Aligners.Recording aligner = Aligners.recording();
    LangChain4jAligner first = LangChain4jAligner.on(aligner);

    first
        .withQuestion(messages -> messages.size() + " messages")
        .chatModel(ScriptedChatModel.saying("RAW"))
        .chat(TALK);
    first.chatModel(ScriptedChatModel.saying("RAW")).chat(TALK);

    assertThat(aligner.questions()).containsExactly("6 messages", "Why?");
  }

  @Test
  void withQuestion_functionThrows_theModelIsNotAsked() {
    IllegalStateException broken = new IllegalStateException("broken");
    ScriptedChatModel upstream = ScriptedChatModel.saying("RAW");

    assertThatThrownBy(
            () ->
                LangChain4jAligner.on(Aligners.fine())
                    .withQuestion(
                        messages -> {
                          throw broken;
                        })
                    .chatModel(upstream)
                    .chat("Why?"))
        .isSameAs(broken);
    assertThat(upstream.given()).isEmpty();
  }
}
