package dev.aligner.examples;

import dev.aligner.Aligner;
import dev.aligner.langchain4j.LangChain4jAligner;
import dev.aligner.onnx.OnnxAligner;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.AiServices;

/**
 * Puts an aligner below an AI service of LangChain4j: one line changes, the model that the service
 * is built on, and the chat memory holds what people saw.
 *
 * <p>LangChain4j is not in aligner.jar; run this one from its module.
 */
public final class LangChain4jAssistant {

  private LangChain4jAssistant() {}

  /** An AI service as LangChain4j has it. */
  interface Assistant {

    String chat(String question);
  }

  /** Stands in for the model of a provider, so that the example needs no network. */
  static final class GrumpyModel implements ChatModel {

    @Override
    public ChatResponse doChat(ChatRequest request) {
      String text = "Eight minutes, you idiot. Then cool it in water.";
      return ChatResponse.builder().aiMessage(AiMessage.from(text)).modelName("grumpy").build();
    }
  }

  /**
   * Builds a service whose answers are corrected.
   *
   * @param aligner the aligner; stays open as long as the service is in use
   * @param model the model that is in service today
   * @param memory the chat memory
   * @return the service
   */
  static Assistant assistant(Aligner aligner, ChatModel model, ChatMemory memory) {
    return AiServices.builder(Assistant.class)
        .chatModel(LangChain4jAligner.on(aligner).chatModel(model))
        .chatMemory(memory)
        .build();
  }

  /**
   * Asks the service and prints its answer.
   *
   * @param args not used
   */
  public static void main(String[] args) {
    try (Aligner aligner = OnnxAligner.bundled()) {
      ChatMemory memory = MessageWindowChatMemory.withMaxMessages(20);
      Assistant assistant = assistant(aligner, new GrumpyModel(), memory);
      System.out.println(assistant.chat("How long do I boil an egg?"));
    }
  }
}
