package dev.aligner.examples.cli;

import dev.aligner.PromptTemplate;
import dev.aligner.dataset.ModelProvenance;
import dev.aligner.model.BundledModel;
import dev.aligner.model.ModelFile;
import dev.aligner.onnx.internal.Fingerprint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a provenance tells of the model that the options name. */
final class ModelFacts {

  /** Graphs, their weights, configuration, tokenizer, chat template: here and in onnx/. */
  private static final Pattern MODEL_FILE =
      Pattern.compile(".*\\.onnx([._].*)?|.*\\.(json|jinja|model|txt|onnx_adapter)");

  private static final int DEPTH = 2;

  private ModelFacts() {}

  /** Reads the digests of the model's files, or for a bundled model its manifest. */
  static ModelProvenance of(ModelOptions model) throws IOException {
    Map<String, String> settings = new TreeMap<>();
    PromptTemplate template = model.template();
    settings.put("template", template == null ? "of the model" : template.text());
    settings.put("weight_format", model.weightFormat().name().toLowerCase(Locale.ROOT));
    settings.put("decoding", decoding(model));
    settings.put("device", model.device().getClass().getSimpleName().toLowerCase(Locale.ROOT));
    Path directory = model.directory();
    if (directory != null) {
      Path name = directory.toAbsolutePath().normalize().getFileName();
      return new ModelProvenance(String.valueOf(name), digests(directory), settings);
    }
    Optional<BundledModel> bundled = model.bundled();
    if (bundled.isEmpty()) {
      return new ModelProvenance("unknown", Map.of(), settings);
    }
    Map<String, String> digests = new TreeMap<>();
    for (ModelFile file : bundled.get().files()) {
      digests.put(file.path(), file.sha256());
    }
    return new ModelProvenance(bundled.get().name(), digests, settings);
  }

  private static String decoding(ModelOptions model) {
    String options = Fingerprint.options(model.decoding());
    return (model.greedy() ? "greedy" : "of the model") + (options.isEmpty() ? "" : ";" + options);
  }

  private static Map<String, String> digests(Path directory) throws IOException {
    Map<String, String> digests = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory, DEPTH)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String path = directory.relativize(file).toString().replace('\\', '/');
        if (MODEL_FILE.matcher(path).matches() && Files.isRegularFile(file)) {
          digests.put(path, sha256(file));
        }
      }
    }
    return digests;
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
