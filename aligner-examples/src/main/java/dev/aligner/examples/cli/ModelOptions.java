package dev.aligner.examples.cli;

import dev.aligner.PromptTemplate;
import dev.aligner.model.BundledModel;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.Drafting;
import dev.aligner.onnx.WeightFormat;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say which model corrects, with which template, and how. */
final class ModelOptions {

  /** The bundled model that is used where none is named. */
  static final String DEFAULT_BUNDLED = "detox";

  @ArgGroup private @Nullable Source source;

  @Option(
      names = "--weight-format",
      paramLabel = "FORMAT",
      description =
          "Which graphs are loaded, as fp16, quantized or q4; default: those without suffix.")
  private WeightFormat weightFormat = WeightFormat.AUTO;

  @Option(
      names = "--template",
      paramLabel = "TEMPLATE",
      converter = TemplateConverter.class,
      description =
          "Template the model was trained on: a name such as aligner-v2, or a text with {answer}"
              + " and {question}; default: that of the model's aligner.json.")
  private @Nullable PromptTemplate template;

  @Option(
      names = "--no-copy",
      description =
          "Write every token in a step of its own; by default the answer drafts the correction,"
              + " which changes nothing but the time.")
  private boolean noCopy;

  @Mixin private DeviceOption device = new DeviceOption();

  @Mixin private DecodingOptions decoding = new DecodingOptions();

  /** Returns where the model is, or null for a bundled one. */
  @Nullable Path directory() {
    return source == null ? null : source.directory;
  }

  /** Returns the bundled model's name; it says nothing where a directory is named. */
  String bundledName() {
    return source == null || source.bundled == null ? DEFAULT_BUNDLED : source.bundled;
  }

  /** Returns the bundled model of that name, or nothing if it is not on the class path. */
  Optional<BundledModel> bundled() {
    return BundledModel.available().stream()
        .filter(model -> model.name().equals(bundledName()))
        .findFirst();
  }

  /** Returns which graphs are loaded. */
  WeightFormat weightFormat() {
    return weightFormat;
  }

  /** Returns where the model runs. */
  Device device() {
    return device.device();
  }

  /** Returns the template, or null for the model's own. */
  @Nullable PromptTemplate template() {
    return template;
  }

  /** Returns whether the answer drafts the correction. */
  Drafting drafting() {
    return noCopy ? Drafting.OFF : Drafting.AUTO;
  }

  /**
   * Returns how tokens are chosen.
   *
   * @throws IllegalArgumentException if an option has a value that it cannot have
   */
  Decoding decoding() {
    return decoding.decoding();
  }

  /** Tells whether the decoding stands for itself, and not over that of the model. */
  boolean greedy() {
    return decoding.greedy();
  }

  /** Where the model comes from. */
  static final class Source {

    @Option(
        names = "--model",
        paramLabel = "DIR",
        description = "Directory of the exported model; default: a bundled model.")
    private @Nullable Path directory;

    @Option(
        names = "--bundled",
        paramLabel = "NAME",
        description = "Name of a bundled model; default: " + DEFAULT_BUNDLED + ".")
    private @Nullable String bundled;
  }

  /** Reads a template by name or by text. */
  static final class TemplateConverter implements ITypeConverter<PromptTemplate> {

    @Override
    public PromptTemplate convert(String value) {
      try {
        return PromptTemplate.named(value).orElseGet(() -> PromptTemplate.of(value));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(
            "expected one of "
                + PromptTemplate.published().stream().map(PromptTemplate::name).toList()
                + " or a text with {answer}; found "
                + value);
      }
    }
  }
}
