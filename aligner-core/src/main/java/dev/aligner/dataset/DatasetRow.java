package dev.aligner.dataset;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One row of a dataset.
 *
 * <p>Implementations are immutable and thread-safe. {@link Object#toString()} tells lengths, never
 * texts.
 */
public sealed interface DatasetRow {

  /**
   * Returns the row as a JSON object on one line. Line and paragraph separators of Unicode are
   * escaped, so that readers that split at these find one line, too.
   *
   * @return the object, without a line feed
   */
  String json();

  /**
   * A question, an answer, and what the answer should have been: {@code {"question", "answer",
   * "correction", "round"}}, and {@code "original"} in later rounds.
   *
   * @param question the question
   * @param answer the answer that was corrected
   * @param correction the correction, the answer itself in identity rows
   * @param round how often a model has corrected the text by now: 0 in identity rows of answers
   *     that nobody corrected, 1 in the first round
   * @param original the answer that the first round corrected, in later ones; else empty
   */
  record Qac(
      String question, String answer, String correction, int round, Optional<String> original)
      implements DatasetRow {

    /** Checks. */
    public Qac {
      Objects.requireNonNull(question, "question");
      Objects.requireNonNull(answer, "answer");
      Objects.requireNonNull(correction, "correction");
      Objects.requireNonNull(original, "original");
      if (round < 0) {
        throw new IllegalArgumentException("expected a round of 0 or more; found " + round);
      }
    }

    @Override
    public String json() {
      ObjectNode json = RowJson.object();
      json.put("question", question).put("answer", answer).put("correction", correction);
      original.ifPresent(text -> json.put("original", text));
      return RowJson.text(json.put("round", round));
    }

    /** Returns the lengths; the texts never reach a log. */
    @Override
    public String toString() {
      return "Qac[" + RowJson.lengths(question, answer, correction) + ", round=" + round + "]";
    }
  }

  /**
   * A pair of answers, the better and the worse, in TRL's standard format with an explicit prompt:
   * {@code {"prompt", "chosen", "rejected"}}, all of them strings.
   *
   * @param prompt the question
   * @param chosen the correction
   * @param rejected the answer that was corrected
   */
  record Preference(String prompt, String chosen, String rejected) implements DatasetRow {

    /** Checks. */
    public Preference {
      Objects.requireNonNull(prompt, "prompt");
      Objects.requireNonNull(chosen, "chosen");
      Objects.requireNonNull(rejected, "rejected");
    }

    @Override
    public String json() {
      ObjectNode json = RowJson.object();
      return RowJson.text(
          json.put("prompt", prompt).put("chosen", chosen).put("rejected", rejected));
    }

    /** Returns the lengths; the texts never reach a log. */
    @Override
    public String toString() {
      return "Preference[" + RowJson.lengths(prompt, chosen, rejected) + "]";
    }
  }

  /**
   * A pair of answers in TRL's conversational format with an explicit prompt: {@code {"prompt",
   * "chosen", "rejected"}}, all of them lists of messages.
   *
   * @param prompt the messages before the answer, the last of them the user's
   * @param chosen one message of the assistant, the correction
   * @param rejected one message of the assistant, the answer that was corrected
   */
  record Conversational(List<Message> prompt, List<Message> chosen, List<Message> rejected)
      implements DatasetRow {

    /** Copies. */
    public Conversational {
      prompt = List.copyOf(prompt);
      chosen = List.copyOf(chosen);
      rejected = List.copyOf(rejected);
    }

    @Override
    public String json() {
      ObjectNode json = RowJson.object();
      put(json.putArray("prompt"), prompt);
      put(json.putArray("chosen"), chosen);
      put(json.putArray("rejected"), rejected);
      return RowJson.text(json);
    }

    private static void put(ArrayNode array, List<Message> messages) {
      for (Message message : messages) {
        array.addObject().put("role", message.role).put("content", message.content);
      }
    }
  }

  /**
   * One message of a conversation.
   *
   * @param role who says it, such as {@code user} or {@code assistant}
   * @param content what is said
   */
  record Message(String role, String content) {

    /** Checks. */
    public Message {
      Objects.requireNonNull(role, "role");
      Objects.requireNonNull(content, "content");
    }

    /** Returns the role and the length; the text never reaches a log. */
    @Override
    public String toString() {
      return "Message[role=" + role + ", content=" + content.length() + " chars]";
    }
  }
}
