package dev.aligner.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.langchain4j.testing.Aligners;
import dev.aligner.langchain4j.testing.ScriptedChatModel;
import dev.aligner.langchain4j.testing.ScriptedChatModel.Responses;
import dev.aligner.langchain4j.testing.ScriptedStreamingChatModel;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.TokenStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The decorators under LangChain4j's own AI services. */
class AiServicesTest {

  private static final AiMessage SEARCH =
      AiMessage.from(
          List.of(ToolExecutionRequest.builder().id("1").name("weather").arguments("{}").build()));

  interface Assistant {
    String chat(String question);
  }

  interface StreamingAssistant {
    TokenStream chat(String question);
  }

  interface Extractor {
    Person person(String text);
  }

  record Person(String name, int age) {}

  /** A tool that counts. */
  static final class Weather {

    private int calls;

    @Tool
    String weather() {
      calls++;
      return "RAW rain";
    }
  }

  @Test
  void memory_holdsTheCorrectedAnswer() {
    ScriptedChatModel upstream = ScriptedChatModel.saying("one RAW", "two RAW");
    ChatMemory memory = MessageWindowChatMemory.withMaxMessages(10);
    Assistant assistant =
        AiServices.builder(Assistant.class).chatModel(aligned(upstream)).chatMemory(memory).build();

    assertThat(assistant.chat("first")).isEqualTo("one FINE");
    assertThat(assistant.chat("second")).isEqualTo("two FINE");

    assertThat(answers(memory)).containsExactly("one FINE", "two FINE");
    assertThat(upstream.sent().get(1).messages().get(1)).isEqualTo(AiMessage.from("one FINE"));
  }

  @Test
  void tools_areCalledAndTheLastAnswerIsCorrected() {
    ScriptedChatModel upstream =
        ScriptedChatModel.saying(Responses.of(SEARCH), Responses.of("RAW outside"));
    Weather weather = new Weather();
    Aligners.Recording aligner = Aligners.recording();
    Assistant assistant =
        AiServices.builder(Assistant.class)
            .chatModel(LangChain4jAligner.on(aligner).chatModel(upstream))
            .tools(weather)
            .build();

    assertThat(assistant.chat("What is it like?")).isEqualTo("FINE outside");

    assertThat(weather.calls).isEqualTo(1);
    assertThat(aligner.questions()).containsExactly("What is it like?");
    assertThat(upstream.sent().get(0).toolSpecifications()).hasSize(1);
  }

  @Test
  void structuredOutput_schemaOfTheRequest_isReadFromTheOriginal() {
    ScriptedChatModel upstream =
        ScriptedChatModel.saying("{\"name\": \"RAW\", \"age\": 7}")
            .capabilities(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
    Extractor extractor = AiServices.builder(Extractor.class).chatModel(aligned(upstream)).build();

    assertThat(extractor.person("Ray is 7.")).isEqualTo(new Person("RAW", 7));

    assertThat(upstream.sent().get(0).responseFormat().type()).isEqualTo(ResponseFormatType.JSON);
    assertThat(upstream.sent().get(0).responseFormat().jsonSchema()).isNotNull();
  }

  @Test
  void structuredOutput_instructionsInThePrompt_isReadFromTheOriginal() {
    ScriptedChatModel upstream = ScriptedChatModel.saying("{\"name\": \"RAW\", \"age\": 7}");
    Extractor extractor = AiServices.builder(Extractor.class).chatModel(aligned(upstream)).build();

    assertThat(extractor.person("Ray is 7.")).isEqualTo(new Person("RAW", 7));

    assertThat(upstream.sent().get(0).responseFormat()).isNull();
  }

  @Test
  void tokenStream_showsAndRemembersTheCorrectedAnswer() throws Exception {
    ChatMemory memory = MessageWindowChatMemory.withMaxMessages(10);
    StreamingAssistant assistant =
        AiServices.builder(StreamingAssistant.class)
            .streamingChatModel(aligned(ScriptedStreamingChatModel.saying("so ", "RA", "W")))
            .chatMemory(memory)
            .build();
    List<String> parts = new ArrayList<>();

    ChatResponse response = complete(assistant.chat("Why?").onPartialResponse(parts::add));

    assertThat(parts).containsExactly("so FINE");
    assertThat(response.aiMessage().text()).isEqualTo("so FINE");
    assertThat(answers(memory)).containsExactly("so FINE");
  }

  @Test
  void tokenStream_withTools_callsThemAndCorrectsTheLastAnswer() throws Exception {
    Consumer<StreamingChatResponseHandler> call =
        handler -> handler.onCompleteResponse(Responses.of(SEARCH));
    ScriptedStreamingChatModel upstream =
        ScriptedStreamingChatModel.doing(
            call,
            ScriptedStreamingChatModel.parts(
                new ScriptedStreamingChatModel.Handle(), "RAW ", "outside"));
    Weather weather = new Weather();
    StreamingAssistant assistant =
        AiServices.builder(StreamingAssistant.class)
            .streamingChatModel(aligned(upstream))
            .tools(weather)
            .build();
    List<String> parts = new ArrayList<>();

    ChatResponse response = complete(assistant.chat("Why?").onPartialResponse(parts::add));

    assertThat(weather.calls).isEqualTo(1);
    assertThat(parts).containsExactly("FINE outside");
    assertThat(response.aiMessage().text()).isEqualTo("FINE outside");
  }

  private static ChatModel aligned(ChatModel upstream) {
    return LangChain4jAligner.on(Aligners.fine()).chatModel(upstream);
  }

  private static dev.langchain4j.model.chat.StreamingChatModel aligned(
      ScriptedStreamingChatModel upstream) {
    return LangChain4jAligner.on(Aligners.fine()).streamingChatModel(upstream);
  }

  private static List<String> answers(ChatMemory memory) {
    return memory.messages().stream()
        .filter((ChatMessage message) -> message instanceof AiMessage)
        .map(message -> ((AiMessage) message).text())
        .toList();
  }

  private static ChatResponse complete(TokenStream stream) throws Exception {
    CompletableFuture<ChatResponse> response = new CompletableFuture<>();
    stream.onCompleteResponse(response::complete).onError(response::completeExceptionally).start();
    return response.get(10, TimeUnit.SECONDS);
  }
}
