package dev.aligner.onnx.internal;

import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.LoraAdapter;
import dev.aligner.onnx.internal.model.ModelDigest;
import dev.aligner.onnx.internal.model.ModelDirectory;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A digest of all that the text of a correction depends on but the request. The files of the model
 * are read when it is asked for the first time. Thread-safe.
 */
public final class Fingerprint {

  private final ModelDirectory directory;
  private final List<LoraAdapter> adapters;
  private @Nullable String model;

  /**
   * Makes one that has read nothing yet.
   *
   * @param directory the model
   * @param adapters the adapters beside it
   */
  public Fingerprint(ModelDirectory directory, List<LoraAdapter> adapters) {
    this.directory = directory;
    this.adapters = List.copyOf(adapters);
  }

  /**
   * Returns the fingerprint of a way to correct.
   *
   * @param run the way
   * @return 64 hexadecimal digits; empty if the same request may be answered by different texts, or
   *     decoding has processors of the user's own, which nobody can compare
   */
  public Optional<String> of(CorrectionRun run) {
    GenerationSettings settings = run.settings();
    Decoding decoding = settings.decoding();
    boolean varies =
        decoding.get(DecodingOption.DO_SAMPLE)
            || !decoding.get(DecodingOption.LOGITS_PROCESSOR).isEmpty();
    if (varies) {
      return Optional.empty();
    }
    String all =
        Stream.of(
                model(),
                settings.loraAdapter().orElse(""),
                options(decoding),
                run.prompts().template().text(),
                run.segmentation().toString(),
                settings.budget().maxPromptTokens() + " " + settings.budget().maxNewTokens(1))
            .map(part -> part.length() + ":" + part)
            .collect(Collectors.joining("\n"));
    return Optional.of(ModelDigest.of(all));
  }

  private synchronized String model() {
    String known = model;
    if (known == null) {
      List<Path> files = adapters.stream().map(LoraAdapter::file).toList();
      known = ModelDigest.of(directory, files);
      model = known;
    }
    return known;
  }

  /**
   * Spells the options that are set, in an order that is the same in each JVM; that of sets and
   * maps is not.
   *
   * @param decoding how tokens are chosen
   * @return one line
   */
  public static String options(Decoding decoding) {
    return DecodingOption.all().stream()
        .flatMap(
            option ->
                decoding.find(option).stream().map(value -> option.name() + "=" + sorted(value)))
        .sorted()
        .collect(Collectors.joining(";"));
  }

  private static String sorted(Object value) {
    if (value instanceof List<?> list) {
      return list.toString();
    }
    if (value instanceof Collection<?> set) {
      return set.stream().map(Object::toString).sorted().toList().toString();
    }
    return value instanceof Map<?, ?> map ? sorted(map.entrySet()) : value.toString();
  }
}
