package dev.aligner.onnx.internal.chat;

import dev.aligner.ModelLoadException;
import dev.aligner.Prompt;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The chat template of a model directory: what stands around a user's turn in the conversations
 * that the model was trained on. It gives the text that {@code apply_chat_template} of transformers
 * gives. Immutable and thread-safe.
 *
 * <p>Chat templates are Jinja. They are rendered here, by an interpreter of the part of Jinja that
 * they use, for two reasons. The one library for the JVM, Jinjava, gives other text than Jinja:
 * version 2.8.4 got 10 of 38 published templates right in all of 14 conversations, and those of
 * Qwen2.5, Qwen3, Llama 3.1 and 3.2 in none (indentation before blocks, keyword arguments of {@code
 * namespace}, methods of strings; Gemma's fails on what {@code trim} takes for whitespace). And a
 * template is a program that comes with a model: this interpreter reaches no Java member, and
 * bounds its steps, its depth and its memory.
 */
public final class ChatTemplate {

  /** Stands in for a user's turn, to learn what the template puts around it. */
  private static final String STAND_IN = "QuzeStandInForTheTurnOfTheUserQuze";

  private final Path file;
  private final Template template;
  private final Map<String, Object> specialTokens;
  private final Clock clock;

  private ChatTemplate(
      Path file, Template template, Map<String, Object> specialTokens, Clock clock) {
    this.file = file;
    this.template = template;
    this.specialTokens = Map.copyOf(specialTokens);
    this.clock = clock;
  }

  /**
   * Reads the chat template of a model directory: {@code chat_template.jinja}, else the field
   * {@code chat_template} of {@code tokenizer_config.json} or {@code chat_template.json}, and the
   * spelling of the special tokens in {@code tokenizer_config.json} and {@code
   * special_tokens_map.json}.
   *
   * @param modelDirectory the directory
   * @return the template, or empty if there is none
   * @throws ModelLoadException if a file is malformed, or the template does not render a user's
   *     turn
   */
  public static Optional<ChatTemplate> read(Path modelDirectory) {
    Optional<ChatTemplate> read = read(modelDirectory, Clock.system(ZoneId.systemDefault()));
    read.ifPresent(template -> template.render(Prompt.ofTrusted("Why?")));
    return read;
  }

  /** Reads a template that takes the time from a clock, and is not tried yet. */
  static Optional<ChatTemplate> read(Path modelDirectory, Clock clock) {
    return ChatTemplateFiles.source(modelDirectory)
        .map(
            source ->
                of(
                    source.file(),
                    source.text(),
                    ChatTemplateFiles.specialTokens(modelDirectory),
                    clock));
  }

  static ChatTemplate of(Path file, String text, Map<String, Object> specialTokens, Clock clock) {
    try {
      return new ChatTemplate(file, Template.parse(text), specialTokens, clock);
    } catch (TemplateException e) {
      throw failure(file, e);
    }
  }

  /**
   * A message of a conversation.
   *
   * @param role who speaks, such as {@code user}
   * @param content what is said
   */
  record Message(String role, String content) {}

  /**
   * Renders a conversation that begins with a user's turn, up to where the model writes. The text
   * has all its special tokens, the first one included: it is encoded without more around it.
   *
   * @param userTurn the turn; in the result it keeps its spans, and all the rest is the template's
   * @return the prompt
   * @throws ModelLoadException if the template fails, or puts in something other than the turn, but
   *     for whitespace at its ends
   */
  public Prompt render(Prompt userTurn) {
    LocalDateTime now = LocalDateTime.now(clock);
    String sample = render(List.of(new Message("user", STAND_IN)), /* answerFollows= */ true, now);
    int at = sample.indexOf(STAND_IN);
    if (at < 0 || at != sample.lastIndexOf(STAND_IN)) {
      throw unusable(at < 0 ? "one that leaves it out or changes it" : "one that repeats it");
    }
    String before = sample.substring(0, at);
    String after = sample.substring(at + STAND_IN.length());
    String content = userTurn.text();
    String text = render(List.of(new Message("user", content)), /* answerFollows= */ true, now);
    int length = text.length() - before.length() - after.length();
    int leading = content.length() - PyStrings.strip(content, true, false).length();
    for (int start : new int[] {0, leading}) {
      int end = start + length;
      if (length >= 0
          && end <= content.length()
          && PyStrings.isSpace(content, end, content.length())
          && text.startsWith(before)
          && text.endsWith(after)
          && text.startsWith(content.substring(start, end), before.length())) {
        return userTurn.part(start, end).within(before, after);
      }
    }
    throw unusable("one that changes it, or what stands around it, for a certain text");
  }

  /** Renders a conversation as {@code apply_chat_template} does. */
  String render(List<Message> messages, boolean answerFollows) {
    return render(messages, answerFollows, LocalDateTime.now(clock));
  }

  private String render(List<Message> messages, boolean answerFollows, LocalDateTime now) {
    List<Object> values = new ArrayList<>();
    long length = 0;
    for (Message message : messages) {
      Map<Object, Object> value = new LinkedHashMap<>();
      value.put("role", message.role);
      value.put("content", message.content);
      values.add(value);
      length += message.role.length() + message.content.length();
    }
    Map<String, Object> names = new HashMap<>(specialTokens);
    names.put("messages", values);
    names.put("tools", None.NONE);
    names.put("documents", None.NONE);
    names.put("add_generation_prompt", answerFollows);
    try {
      return template.render(names, length, now);
    } catch (TemplateException e) {
      throw failure(file, e);
    }
  }

  private static ModelLoadException failure(Path file, TemplateException cause) {
    return new ModelLoadException(
        file,
        "a chat template that renders a user's turn",
        "one that does not: " + cause.getMessage(),
        "copy the template of the checkpoint again; if it is the checkpoint's own, report it, and write"
            + " the turn's control tokens into a template of your own by PromptTemplate.of(...)",
        cause);
  }

  private ModelLoadException unusable(String found) {
    return new ModelLoadException(
        file,
        "a chat template that puts the user's turn in once, as it is",
        found,
        "write the turn's control tokens into a template of your own by PromptTemplate.of(...)");
  }
}
