package dev.aligner.onnx.internal.model;

import dev.aligner.ModelLoadException;
import dev.aligner.onnx.internal.model.GenerationConfigJson.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What the configuration files of a directory tell of a model. {@code generation_config.json} tells
 * how to decode; without it, the search section of {@code genai_config.json}, and without that
 * {@code config.json}, as in transformers. A token id that one of them does not tell is looked up
 * in the next. Sizes are those of config.json, which may be missing where there is a
 * genai_config.json.
 *
 * @param eosTokenIds the end-of-sequence tokens, maybe none
 * @param padTokenId the padding token, else an end-of-sequence token, else 0
 * @param decoderStartTokenId what an encoder-decoder's decoder reads first, if told
 * @param vocabSize size of the vocabulary, 0 if not told
 * @param positions how many positions the model has; empty where they have no bound
 * @param maxNewTokens the longest output, if told
 * @param maxLength the longest prompt and output of a decoder, or output of an encoder-decoder with
 *     its start token, if told
 * @param heads number of key-value heads, 0 if not told
 * @param headDim size of a head, 0 if not told
 * @param decoding how the model wants to be decoded
 */
public record ModelConfig(
    Set<Integer> eosTokenIds,
    int padTokenId,
    OptionalInt decoderStartTokenId,
    int vocabSize,
    OptionalInt positions,
    OptionalInt maxNewTokens,
    OptionalInt maxLength,
    int heads,
    int headDim,
    ModelDecoding decoding) {

  private static final String CONFIG = "config.json";
  private static final String GENERATION_CONFIG = "generation_config.json";

  /** What one file tells of outputs. */
  private record Outputs(OptionalInt maxNew, OptionalInt maxLength, ModelDecoding decoding) {

    static Outputs of(JsonFile json, Source source) {
      return new Outputs(
          json.positive("max_new_tokens"),
          json.positive("max_length"),
          GenerationConfigJson.read(json, source));
    }

    static Outputs of(GenAiConfig genAi) {
      return new Outputs(OptionalInt.empty(), genAi.maxLength(), genAi.decoding());
    }
  }

  /**
   * Reads the files of a model directory.
   *
   * @param directory the directory
   * @return what they tell
   * @throws ModelLoadException if a file is unreadable or has a value that it cannot have
   */
  static ModelConfig read(Path directory) {
    Optional<GenAiConfig> genAi = GenAiConfig.find(directory);
    Path configFile = directory.resolve(CONFIG);
    Optional<JsonFile> config =
        genAi.isEmpty() ? Optional.of(JsonFile.read(configFile)) : find(configFile);
    Optional<JsonFile> generation = find(directory.resolve(GENERATION_CONFIG));
    Outputs outputs =
        generation
            .map(json -> Outputs.of(json, Source.GENERATION_CONFIG))
            .or(() -> genAi.map(Outputs::of))
            .or(() -> config.map(json -> Outputs.of(json, Source.MODEL_CONFIG)))
            .orElseThrow();
    ModelSizes sizes = config.map(ModelSizes::of).or(() -> genAi.map(ModelSizes::of)).orElseThrow();
    TokenIds ids =
        TokenIds.of(generation).orElse(TokenIds.ofGenAi(genAi)).orElse(TokenIds.of(config));
    return of(ids, sizes, outputs);
  }

  private static ModelConfig of(TokenIds ids, ModelSizes sizes, Outputs outputs) {
    return new ModelConfig(
        Set.copyOf(ids.eos()),
        ids.padOrEos(),
        ids.decoderStartOrBos(),
        sizes.vocabSize(),
        sizes.positions(),
        outputs.maxNew(),
        outputs.maxLength(),
        sizes.heads(),
        sizes.headDim(),
        outputs.decoding());
  }

  private static Optional<JsonFile> find(Path file) {
    return Files.exists(file) ? Optional.of(JsonFile.read(file)) : Optional.empty();
  }

  /** Returns the file that tells how to decode. */
  static Path generationFile(Path directory) {
    for (String name : new String[] {GENERATION_CONFIG, GenAiConfig.NAME}) {
      if (Files.exists(directory.resolve(name))) {
        return directory.resolve(name);
      }
    }
    return directory.resolve(CONFIG);
  }
}
