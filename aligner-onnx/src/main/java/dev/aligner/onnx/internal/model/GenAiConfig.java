package dev.aligner.onnx.internal.model;

import dev.aligner.ModelLoadException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What {@code genai_config.json} tells, which the model builder of onnxruntime-genai writes beside
 * a decoder; config.json may be missing there.
 *
 * @param file the file
 * @param type the family of the model, such as {@code llama}, or empty if not told
 * @param vocabSize size of the vocabulary, 0 if not told
 * @param positions the most tokens of prompt and output together, if told
 * @param bosTokenId the begin-of-sequence token, if told
 * @param eosTokenIds the end-of-sequence tokens, maybe none
 * @param padTokenId the padding token, if told
 * @param decoder the graph
 * @param decoding what the search section asks for
 * @param maxLength the most tokens that the search section allows, if told
 */
public record GenAiConfig(
    Path file,
    String type,
    int vocabSize,
    OptionalInt positions,
    OptionalInt bosTokenId,
    Set<Integer> eosTokenIds,
    OptionalInt padTokenId,
    GenAiDecoder decoder,
    ModelDecoding decoding,
    OptionalInt maxLength) {

  /** The name of the file. */
  static final String NAME = "genai_config.json";

  /** Parts of models that are more than a decoder of tokens. */
  private static final List<String> OTHER_PARTS =
      List.of("encoder", "embedding", "vision", "speech");

  /** Copies. */
  public GenAiConfig {
    eosTokenIds = Set.copyOf(eosTokenIds);
  }

  /**
   * Reads the file of a model directory.
   *
   * @param directory the directory
   * @return what it tells, or empty if there is no such file
   * @throws ModelLoadException if it cannot be read, or the model is not one decoder of tokens
   */
  public static Optional<GenAiConfig> find(Path directory) {
    Path file = directory.resolve(NAME);
    return Files.exists(file) ? Optional.of(read(JsonFile.read(file))) : Optional.empty();
  }

  private static GenAiConfig read(JsonFile json) {
    JsonFile model = json.object("model");
    List<String> others = OTHER_PARTS.stream().filter(model::has).toList();
    if (!others.isEmpty()) {
      throw new ModelLoadException(
          json.file(),
          "a model that is one decoder, which reads token ids",
          "also " + others,
          "export it with optimum instead, or take a text-only model");
    }
    JsonFile search = json.has("search") ? json.object("search") : json.without();
    return new GenAiConfig(
        json.file(),
        model.string("type").orElse(""),
        model.integer("vocab_size").orElse(0),
        model.positive("context_length"),
        model.integer("bos_token_id"),
        model.integers("eos_token_id"),
        model.integer("pad_token_id"),
        GenAiDecoder.read(model.object("decoder")),
        GenerationConfigJson.read(search, GenerationConfigJson.Source.GENAI_CONFIG),
        search.positive("max_length"));
  }
}
