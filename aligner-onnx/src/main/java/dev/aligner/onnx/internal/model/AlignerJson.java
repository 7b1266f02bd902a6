package dev.aligner.onnx.internal.model;

import dev.aligner.ModelLoadException;
import dev.aligner.PromptTemplate;
import dev.aligner.onnx.Segmentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What {@code aligner.json} tells: how a model wants to be used as an aligner. The recipe writes
 * it; a directory without one is used with the builder's settings.
 *
 * @param template the template the model was trained on, if told
 * @param segmentation how answers are cut, if told
 * @param maxPromptTokens the longest prompt, if told
 * @param maxNewTokens the longest output, if told
 */
public record AlignerJson(
    Optional<PromptTemplate> template,
    Optional<Segmentation> segmentation,
    OptionalInt maxPromptTokens,
    OptionalInt maxNewTokens) {

  private static final int VERSION = 1;
  private static final Set<String> FIELDS =
      Set.of(
          "version",
          "name",
          "template",
          "segmentation",
          "max_prompt_tokens",
          "max_new_tokens",
          "provenance");

  /**
   * Reads the file of a model directory.
   *
   * @throws ModelLoadException if it is there but unreadable or of another version
   */
  static AlignerJson read(Path directory) {
    Path file = directory.resolve("aligner.json");
    if (!Files.exists(file)) {
      return new AlignerJson(
          Optional.empty(), Optional.empty(), OptionalInt.empty(), OptionalInt.empty());
    }
    JsonFile json = JsonFile.read(file);
    if (json.integer("version").orElse(0) != VERSION) {
      throw json.wrong("version", String.valueOf(VERSION), json.node("version"));
    }
    json.allow(FIELDS);
    return new AlignerJson(
        json.string("template").map(text -> template(json, text)),
        json.string("segmentation").map(text -> segmentation(json, text)),
        json.positive("max_prompt_tokens"),
        json.positive("max_new_tokens"));
  }

  private static PromptTemplate template(JsonFile json, String text) {
    Optional<PromptTemplate> named = PromptTemplate.named(text);
    if (named.isPresent()) {
      return named.get();
    }
    try {
      return PromptTemplate.of(text);
    } catch (IllegalArgumentException e) {
      throw json.wrong(
          "template",
          "one of "
              + PromptTemplate.published().stream().map(PromptTemplate::name).toList()
              + " or a text with {answer}",
          json.node("template"));
    }
  }

  private static Segmentation segmentation(JsonFile json, String text) {
    return switch (text) {
      case "none" -> Segmentation.none();
      case "sentences" -> Segmentation.sentences();
      default ->
          throw json.wrong("segmentation", "\"none\" or \"sentences\"", json.node("segmentation"));
    };
  }
}
