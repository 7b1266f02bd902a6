package dev.aligner.onnx.internal.model;

import dev.aligner.ModelLoadException;
import dev.aligner.onnx.WeightFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The graphs of a model. Which of them there are tells the layout; what they take and give is
 * checked when they are loaded.
 *
 * @param encoder the encoder, or null where there is none or the one graph holds it
 * @param first the decoder of the first step, or of all
 * @param next the decoder of all later steps; the same file where one graph does both
 */
public record GraphFiles(@Nullable Path encoder, Path first, Path next) {

  private static final String ENCODER = "encoder_model";
  private static final String MERGED = "decoder_model_merged";
  private static final String FIRST = "decoder_model";
  private static final String NEXT = "decoder_with_past_model";
  private static final String SINGLE = "model";

  /**
   * Returns all graphs.
   *
   * @return the files, each once
   */
  public List<Path> all() {
    return Stream.of(Optional.ofNullable(encoder), Optional.of(first), Optional.of(next))
        .flatMap(Optional::stream)
        .distinct()
        .toList();
  }

  /**
   * Takes a file that another one names.
   *
   * @throws ModelLoadException if it is not there
   */
  static GraphFiles single(Path file) {
    if (!Files.exists(file)) {
      throw missing(file, "the graph that genai_config.json names");
    }
    return new GraphFiles(null, file, file);
  }

  /**
   * Finds the graphs of a directory, in it or in its folder {@code onnx}.
   *
   * @throws ModelLoadException if they are not there, or in several formats of which none is chosen
   */
  static GraphFiles find(Path directory, WeightFormat format) {
    List<Path> folders = List.of(directory, directory.resolve("onnx"));
    if (format == WeightFormat.AUTO) {
      return plain(folders).or(() -> onlyFormat(folders)).orElseThrow(() -> none(folders, ""));
    }
    return in(folders, format.suffix()).orElseThrow(() -> none(folders, format.suffix()));
  }

  private static Optional<GraphFiles> plain(List<Path> folders) {
    return in(folders, "");
  }

  private static Optional<GraphFiles> onlyFormat(List<Path> folders) {
    List<WeightFormat> found =
        Arrays.stream(WeightFormat.values())
            .filter(format -> !format.suffix().isEmpty())
            .filter(format -> in(folders, format.suffix()).isPresent())
            .toList();
    if (found.size() > 1) {
      throw new ModelLoadException(
          folders.get(0),
          "graphs without suffix, or in one weight format",
          "graphs in the formats " + found,
          "choose one by weightFormat(...) on the builder");
    }
    return found.stream().findFirst().flatMap(format -> in(folders, format.suffix()));
  }

  private static Optional<GraphFiles> in(List<Path> folders, String suffix) {
    return folders.stream().flatMap(folder -> in(folder, suffix).stream()).findFirst();
  }

  private static Optional<GraphFiles> in(Path folder, String suffix) {
    Function<String, @Nullable Path> file =
        name -> {
          Path path = folder.resolve(name + suffix + ".onnx");
          return Files.exists(path) ? path : null;
        };
    Path encoder = file.apply(ENCODER);
    Path merged = file.apply(MERGED);
    Path first = file.apply(FIRST);
    Path next = file.apply(NEXT);
    Path single = file.apply(SINGLE);
    if (merged != null) {
      return Optional.of(new GraphFiles(encoder, merged, merged));
    }
    if (first != null) {
      return Optional.of(new GraphFiles(encoder, first, next == null ? first : next));
    }
    return encoder == null && single != null
        ? Optional.of(new GraphFiles(null, single, single))
        : Optional.empty();
  }

  private static ModelLoadException none(List<Path> folders, String suffix) {
    return folders.stream()
        .flatMap(
            folder ->
                Stream.of(
                        lonely(folder, NEXT + suffix, FIRST + suffix),
                        lonely(folder, ENCODER + suffix, MERGED + suffix))
                    .flatMap(Optional::stream))
        .findFirst()
        .orElseGet(
            () ->
                missing(
                    folders.get(0).resolve(SINGLE + suffix + ".onnx"),
                    "model.onnx, or encoder_model.onnx with decoder_model_merged.onnx or with"
                        + " decoder_model.onnx and decoder_with_past_model.onnx"
                        + (suffix.isEmpty()
                            ? ""
                            : ", with the suffix " + suffix + " before .onnx")));
  }

  /** Says what belongs beside a graph that is there. */
  private static Optional<ModelLoadException> lonely(Path folder, String there, String absent) {
    return Files.exists(folder.resolve(there + ".onnx"))
        ? Optional.of(
            missing(folder.resolve(absent + ".onnx"), "the decoder beside " + there + ".onnx"))
        : Optional.empty();
  }

  private static ModelLoadException missing(Path file, String expected) {
    return new ModelLoadException(
        file,
        expected,
        "no such file",
        "export the model with optimum, for text generation with past, and copy all its files");
  }
}
