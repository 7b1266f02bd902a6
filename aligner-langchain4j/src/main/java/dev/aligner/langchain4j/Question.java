package dev.aligner.langchain4j;

import dev.langchain4j.data.message.ChatMessage;
import java.util.List;

/**
 * Makes the question that an aligner gets of the messages that a chat model gets.
 *
 * <p>Implementations are thread-safe.
 */
@FunctionalInterface
public interface Question {

  /**
   * Returns the question.
   *
   * @param messages the messages before the answer, in their order; not to be changed
   * @return the question; may be empty
   */
  String of(List<ChatMessage> messages);

  /**
   * Returns the question that is the text of the last user message; that of several text contents
   * is joined by line breaks, and images and the like are left out. Empty where no user has said
   * anything. The default.
   *
   * @return the question
   */
  static Question lastUserMessage() {
    return Conversations::lastUserMessage;
  }

  /**
   * Returns the question that is the conversation: a line {@code User: ...} or {@code Assistant:
   * ...} for each message of a user or a model that has text. A conversation of one user message
   * alone is the text of that message. System messages and the results of tools are left out.
   *
   * @return the question
   */
  static Question conversation() {
    return Conversations::rendering;
  }
}
