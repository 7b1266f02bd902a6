package dev.aligner.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of a model that a bare session needs. Immutable. */
record ModelFolder(
    Path directory, Path decoder, int vocabulary, int hidden, boolean encoderDecoder) {

  private static final List<String> DECODERS =
      List.of("decoder_with_past_model.onnx", "decoder_model_merged.onnx", "model.onnx");

  static ModelFolder read(Path directory) {
    try {
      JsonNode config = new ObjectMapper().readTree(directory.resolve("config.json").toFile());
      int hidden = config.path("d_model").asInt(config.path("hidden_size").asInt());
      return new ModelFolder(
          directory,
          decoder(directory),
          config.path("vocab_size").asInt(),
          hidden,
          config.path("is_encoder_decoder").asBoolean());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The graph of later steps: one of the usual names, else the only one that is no encoder. */
  private static Path decoder(Path directory) throws IOException {
    for (Path folder : List.of(directory, directory.resolve("onnx"))) {
      for (String name : DECODERS) {
        if (Files.isRegularFile(folder.resolve(name))) {
          return folder.resolve(name);
        }
      }
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.list(folder)) {
          List<Path> graphs =
              files
                  .filter(file -> file.toString().endsWith(".onnx"))
                  .filter(file -> !file.getFileName().toString().contains("encoder_model"))
                  .sorted()
                  .toList();
          if (graphs.size() == 1) {
            return graphs.get(0);
          }
        }
      }
    }
    throw new IllegalArgumentException(
        "expected " + DECODERS + " or one other graph in " + directory + "; found none");
  }

  /** Ids that are safe in prompts: above the special tokens and bytes of the benchmarks' models. */
  int firstWord() {
    return Math.min(300, vocabulary / 2);
  }

  /** The end of the ids that a model of padded vocabulary has words for. */
  int wordsEnd() {
    return Math.min(32_000, vocabulary);
  }
}
