package dev.aligner.onnx.internal.model;

import dev.aligner.ModelLoadException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A model directory as the Hugging Face exporters write it, found and read, with no graph loaded
 * yet.
 *
 * @param path the directory
 * @param config what config.json and generation_config.json tell
 * @param aligner what aligner.json tells
 * @param tokenizer the file tokenizer.json
 * @param encoder the encoder's graph, or null for a decoder alone
 * @param firstDecoder the graph of the first decoder step
 * @param nextDecoder the graph of all later steps; the same file where one graph does both
 */
public record ModelDirectory(
    Path path,
    ModelConfig config,
    AlignerJson aligner,
    Path tokenizer,
    @Nullable Path encoder,
    Path firstDecoder,
    Path nextDecoder) {

  /**
   * Reads a model directory.
   *
   * @param path the directory
   * @return what is there
   * @throws ModelLoadException if a file is missing or unreadable
   */
  public static ModelDirectory read(Path path) {
    if (!Files.isDirectory(path)) {
      throw new ModelLoadException(
          path,
          "a model directory",
          Files.exists(path) ? "a file" : "nothing",
          "name the directory that holds config.json and the *.onnx files");
    }
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
    Path graphs =
        Files.isDirectory(path.resolve("onnx"))
                && !Files.exists(path.resolve("model.onnx"))
                && !Files.exists(path.resolve("encoder_model.onnx"))
            ? path.resolve("onnx")
            : path;
    return withGraphs(path, config, aligner, tokenizer, graphs);
  }

  /**
   * Returns the file that tells how to decode.
   *
   * @return generation_config.json, or genai_config.json or config.json where there is none
   */
  public Path generationConfig() {
    return ModelConfig.generationFile(path);
  }

  private static ModelDirectory withGraphs(
      Path path, ModelConfig config, AlignerJson aligner, Path tokenizer, Path graphs) {
    Path encoder = graphs.resolve("encoder_model.onnx");
    Path merged = graphs.resolve("decoder_model_merged.onnx");
    Path first = graphs.resolve("decoder_model.onnx");
    Path next = graphs.resolve("decoder_with_past_model.onnx");
    Path single = graphs.resolve("model.onnx");
    if (Files.exists(encoder) && Files.exists(merged)) {
      return new ModelDirectory(path, config, aligner, tokenizer, encoder, merged, merged);
    }
    if (Files.exists(encoder) && Files.exists(first) && Files.exists(next)) {
      return new ModelDirectory(path, config, aligner, tokenizer, encoder, first, next);
    }
    if (Files.exists(encoder)) {
      Path absent = Files.exists(first) ? next : Files.exists(next) ? first : merged;
      throw missing(absent, "the decoder beside encoder_model.onnx");
    }
    if (Files.exists(merged) || (Files.exists(first) && Files.exists(next))) {
      throw missing(encoder, "the encoder beside the decoder");
    }
    if (Files.exists(single)) {
      return new ModelDirectory(path, config, aligner, tokenizer, null, single, single);
    }
    throw missing(
        single,
        "model.onnx, or encoder_model.onnx with decoder_model_merged.onnx or with decoder_model.onnx"
            + " and decoder_with_past_model.onnx");
  }

  private static ModelLoadException missing(Path file, String expected) {
    return new ModelLoadException(
        file,
        expected,
        "no such file",
        "export the model with optimum, for text generation with past, and copy all its files");
  }
}
