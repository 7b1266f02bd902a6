package dev.aligner.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Reads messages. */
final class Conversations {

  private Conversations() {}

  static String lastUserMessage(List<ChatMessage> messages) {
    for (int i = messages.size() - 1; i >= 0; i--) {
      if (messages.get(i) instanceof UserMessage user) {
        return text(user);
      }
    }
    return "";
  }

  static String rendering(List<ChatMessage> messages) {
    List<String> lines = new ArrayList<>();
    for (ChatMessage message : messages) {
      if (message instanceof UserMessage user) {
        lines.add("User: " + text(user));
      } else if (message instanceof AiMessage ai && ai.text() != null) {
        lines.add("Assistant: " + ai.text());
      }
    }
    return lines.size() == 1 ? lastUserMessage(messages) : String.join("\n", lines);
  }

  /** Returns the messages without the answer, which chat memories hold at their end already. */
  static List<ChatMessage> beforeAnswer(List<ChatMessage> messages) {
    int size = messages.size();
    boolean answered = size > 0 && messages.get(size - 1) instanceof AiMessage;
    return answered ? messages.subList(0, size - 1) : messages;
  }

  private static String text(UserMessage message) {
    return message.contents().stream()
        .filter(TextContent.class::isInstance)
        .map(content -> ((TextContent) content).text())
        .collect(Collectors.joining("\n"));
  }
}
