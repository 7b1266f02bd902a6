package dev.aligner.onnx.internal.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aligner.onnx.testing.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What transformers made of real chat templates; written by src/test/goldens/chat_templates.py. */
final class ChatGoldens {

  static final Path FOLDER = Path.of("src/test/resources/chat-templates");
  static final LocalDateTime NOW = LocalDateTime.of(2025, 3, 7, 9, 5, 4);

  /** Runs at {@link #NOW}, in the time zone that has it now. */
  static final Clock CLOCK = Clock.fixed(NOW.toInstant(ZoneOffset.UTC), ZoneOffset.UTC);

  private ChatGoldens() {}

  /**
   * One conversation under one template.
   *
   * @param name of template and conversation
   * @param template the template's text
   * @param specialTokens what the template can name
   * @param messages the conversation
   * @param answerFollows whether the model's turn is begun
   * @param expected the text, its sum, or the error
   */
  record Case(
      String name,
      String template,
      Map<String, Object> specialTokens,
      List<ChatTemplate.Message> messages,
      boolean answerFollows,
      JsonNode expected) {

    ChatTemplate parsed() {
      return ChatTemplate.of(Path.of(name), template, specialTokens, CLOCK);
    }

    String render() {
      return parsed().render(messages, answerFollows);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Reads the cases of a file, whose templates lie in a folder. */
  static List<Case> cases(String file, Path templates) {
    JsonNode root = Golden.read(FOLDER.resolve(file));
    List<Case> cases = new ArrayList<>();
    for (JsonNode template : root.path("templates")) {
      String name = template.path("name").textValue();
      String text = text(templates.resolve(name + ".jinja"));
      Map<String, Object> tokens = new HashMap<>();
      for (String token : List.of("bos", "eos")) {
        if (template.path(token).isTextual()) {
          tokens.put(token + "_token", template.path(token).textValue());
        }
      }
      for (JsonNode expected : template.path("cases")) {
        String conversation = expected.path("conversation").textValue();
        JsonNode node = root.path("conversations").path(conversation);
        cases.add(
            new Case(
                name + ": " + conversation,
                text,
                tokens,
                messages(node.path("messages")),
                node.path("add_generation_prompt").booleanValue(),
                expected));
      }
    }
    return cases;
  }

  static List<Path> templates() {
    try (var files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".jinja")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<ChatTemplate.Message> messages(JsonNode array) {
    List<ChatTemplate.Message> messages = new ArrayList<>();
    for (JsonNode node : array) {
      messages.add(
          new ChatTemplate.Message(
              node.path("role").textValue(), node.path("content").textValue()));
    }
    return messages;
  }

  /** Turns JSON into the values of a template. */
  static Object value(JsonNode node) {
    if (node.isTextual()) {
      return node.textValue();
    } else if (node.isBoolean()) {
      return node.booleanValue();
    } else if (node.isIntegralNumber()) {
      return node.longValue();
    } else if (node.isNumber()) {
      return node.doubleValue();
    } else if (node.isArray()) {
      List<Object> list = new ArrayList<>();
      node.forEach(element -> list.add(value(element)));
      return list;
    } else if (node.isObject()) {
      Map<Object, Object> map = new LinkedHashMap<>();
      node.properties().forEach(entry -> map.put(entry.getKey(), value(entry.getValue())));
      return map;
    }
    return None.NONE;
  }
}
