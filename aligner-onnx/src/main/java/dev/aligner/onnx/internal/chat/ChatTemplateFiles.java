package dev.aligner.onnx.internal.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aligner.ModelLoadException;
import dev.aligner.onnx.internal.model.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files of a model directory that tell its chat template and the spelling of its special
 * tokens, read as transformers reads them.
 */
final class ChatTemplateFiles {

  private static final long MAX_BYTES = 4L << 20;
  private static final String FIELD = "chat_template";
  private static final List<String> SPECIAL_TOKENS =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");
  private static final String MORE_SPECIAL_TOKENS = "additional_special_tokens";

  private ChatTemplateFiles() {}

  /**
   * A template's text.
   *
   * @param file where it stands
   * @param text the text
   */
  record Source(Path file, String text) {}

  /** Finds the template: a file of its own wins, as in transformers. */
  static Optional<Source> source(Path directory) {
    Path jinja = directory.resolve("chat_template.jinja");
    if (Files.exists(jinja)) {
      return Optional.of(new Source(jinja, text(jinja)));
    }
    for (String name : List.of("tokenizer_config.json", "chat_template.json")) {
      Optional<JsonFile> json = json(directory.resolve(name));
      if (json.isPresent() && json.get().has(FIELD)) {
        return Optional.of(new Source(json.get().file(), text(json.get())));
      }
    }
    return Optional.empty();
  }

  private static String text(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new ModelLoadException(
            file,
            "a chat template of at most " + MAX_BYTES + " bytes",
            Files.size(file) + " bytes",
            "copy the file from the checkpoint again");
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw new ModelLoadException(
          file,
          "a readable text in UTF-8",
          String.valueOf(e.getMessage()),
          "copy the file from the checkpoint again",
          e);
    }
  }

  /** The field is a template, or a list of named ones. */
  private static String text(JsonFile json) {
    JsonNode field = json.node(FIELD);
    if (field.isTextual()) {
      return field.textValue();
    }
    for (JsonNode named : field.isArray() ? field : List.<JsonNode>of()) {
      if ("default".equals(named.path("name").textValue()) && named.path("template").isTextual()) {
        return named.path("template").textValue();
      }
    }
    throw json.wrong(FIELD, "a template, or a list of them with one named \"default\"", field);
  }

  private static Optional<JsonFile> json(Path file) {
    return Files.exists(file) ? Optional.of(JsonFile.read(file)) : Optional.empty();
  }

  /**
   * Reads the special tokens that a template can name. tokenizer_config.json tells them; older
   * tokenizers, which do not list their added tokens there, tell them in special_tokens_map.json.
   */
  static Map<String, Object> specialTokens(Path directory) {
    Map<String, Object> tokens = new HashMap<>();
    Optional<JsonFile> config = json(directory.resolve("tokenizer_config.json"));
    Optional<JsonFile> map = json(directory.resolve("special_tokens_map.json"));
    boolean mapWins = config.isEmpty() || !config.get().has("added_tokens_decoder");
    for (String name : SPECIAL_TOKENS) {
      List<JsonFile> files = new ArrayList<>();
      (mapWins ? map : config).ifPresent(files::add);
      (mapWins ? config : map).ifPresent(files::add);
      files.stream()
          .filter(file -> !file.node(name).isMissingNode())
          .findFirst()
          .flatMap(file -> spelling(file, name, file.node(name)))
          .ifPresent(token -> tokens.put(name, token));
    }
    config.ifPresent(file -> addMore(file, tokens));
    return tokens;
  }

  private static void addMore(JsonFile file, Map<String, Object> tokens) {
    List<Object> more = new ArrayList<>();
    for (JsonNode token : file.node(MORE_SPECIAL_TOKENS)) {
      spelling(file, MORE_SPECIAL_TOKENS, token).ifPresent(more::add);
    }
    if (!more.isEmpty()) {
      tokens.put(MORE_SPECIAL_TOKENS, more);
    }
  }

  /** A token is a string, or an object with its content. */
  private static Optional<String> spelling(JsonFile file, String field, JsonNode token) {
    JsonNode text = token.isObject() ? token.path("content") : token;
    if (text.isNull() || "".equals(text.textValue())) {
      return Optional.empty();
    } else if (!text.isTextual()) {
      throw file.wrong(field, "a token, or an object with its content", token);
    }
    return Optional.of(text.textValue());
  }
}
