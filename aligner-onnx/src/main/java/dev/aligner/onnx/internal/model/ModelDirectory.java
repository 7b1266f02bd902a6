package dev.aligner.onnx.internal.model;

import dev.aligner.ModelLoadException;
import dev.aligner.onnx.WeightFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A model directory as the Hugging Face exporters write it, found and read, with no graph loaded
 * yet.
 *
 * @param path the directory
 * @param config what config.json and generation_config.json tell
 * @param aligner what aligner.json tells
 * @param tokenizer the file tokenizer.json
 * @param graphs the files *.onnx
 * @param genAi what genai_config.json tells of the graph, where there is one
 */
public record ModelDirectory(
    Path path,
    ModelConfig config,
    AlignerJson aligner,
    Path tokenizer,
    GraphFiles graphs,
    Optional<GenAiDecoder> genAi) {

  private static final List<String> FILES =
      List.of(
          "config.json",
          "generation_config.json",
          "genai_config.json",
          "aligner.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "chat_template.jinja",
          "chat_template.json");

  /**
   * Reads a model directory.
   *
   * @param path the directory
   * @param format which graphs are taken where there are several
   * @return what is there
   * @throws ModelLoadException if a file is missing or unreadable
   */
  public static ModelDirectory read(Path path, WeightFormat format) {
    if (!Files.isDirectory(path)) {
      throw new ModelLoadException(
          path,
          "a model directory",
          Files.exists(path) ? "a file" : "nothing",
          "name the directory that holds config.json and the *.onnx files");
    }
    requireInside(path);
    ModelConfig config = ModelConfig.read(path);
    AlignerJson aligner = AlignerJson.read(path);
    Path tokenizer = path.resolve("tokenizer.json");
    if (!Files.isRegularFile(tokenizer)) {
      throw new ModelLoadException(
          tokenizer,
          "the tokenizer of the model",
          Files.exists(tokenizer) ? "a directory" : "no such file",
          "save it with AutoTokenizer.from_pretrained(...).save_pretrained(...), which writes"
              + " tokenizer.json for every fast tokenizer");
    }
    Optional<GenAiDecoder> genAi = GenAiConfig.find(path).map(GenAiConfig::decoder);
    GraphFiles graphs =
        genAi
            .map(decoder -> GraphFiles.single(path.resolve(decoder.filename())))
            .orElseGet(() -> GraphFiles.find(path, format));
    return new ModelDirectory(path, config, aligner, tokenizer, graphs, genAi);
  }

  /** Keeps links from leading the files of a model to others of this machine. */
  private static void requireInside(Path path) {
    for (String name : FILES) {
      Path file = path.resolve(name);
      if (Files.exists(file)) {
        ModelFiles.requireInside(path, file);
      }
    }
  }

  /**
   * Reads a model directory with what the user leaves open.
   *
   * @param path the directory
   * @return what is there
   * @throws ModelLoadException if a file is missing or unreadable
   */
  public static ModelDirectory read(Path path) {
    return read(path, WeightFormat.AUTO);
  }

  /**
   * Returns the files beside the graphs.
   *
   * @return those that are there
   */
  List<Path> configFiles() {
    return FILES.stream().map(path::resolve).filter(Files::exists).toList();
  }

  /**
   * Returns the file that tells how to decode.
   *
   * @return generation_config.json, or genai_config.json or config.json where there is none
   */
  public Path generationConfig() {
    return ModelConfig.generationFile(path);
  }
}
