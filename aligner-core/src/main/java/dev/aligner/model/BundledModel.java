package dev.aligner.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aligner.ModelLoadException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A model that comes inside a jar. Its files are resources under {@code META-INF/aligner/<name>/},
 * and {@code manifest.json} there lists them with size and SHA-256.
 *
 * <p>A model jar holds one subclass with a public constructor without arguments and names it in
 * {@code META-INF/services/dev.aligner.model.BundledModel}. Instances are immutable and
 * thread-safe.
 */
public abstract class BundledModel {

  private static final Pattern SAFE_PATH = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._/-]*");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private final String name;
  private final String licence;
  private final List<ModelFile> files;

  /**
   * Reads the manifest of a model that lies beside the subclass.
   *
   * @param name the model's name, which is also its folder
   * @throws ModelLoadException if the manifest is missing or unreadable
   */
  protected BundledModel(String name) {
    this.name = name;
    JsonNode manifest = readManifest();
    this.licence = text(manifest, "licence");
    this.files = files(manifest);
  }

  /**
   * Finds the models on the class path, by the context class loader of the thread and by the one
   * that loaded this class.
   *
   * @return the models in the order of their names
   * @throws java.util.ServiceConfigurationError if a model jar is broken
   */
  public static List<BundledModel> available() {
    Map<String, BundledModel> models = new TreeMap<>();
    collect(models, BundledModel.class.getClassLoader());
    collect(models, Thread.currentThread().getContextClassLoader());
    return List.copyOf(models.values());
  }

  private static void collect(Map<String, BundledModel> models, @Nullable ClassLoader loader) {
    for (BundledModel model : ServiceLoader.load(BundledModel.class, loader)) {
      models.putIfAbsent(model.name(), model);
    }
  }

  /**
   * Returns the model's name.
   *
   * @return the name, such as {@code detox}
   */
  public final String name() {
    return name;
  }

  /**
   * Returns the licence of the model's files.
   *
   * @return an SPDX identifier, or the name of the terms
   */
  public final String licence() {
    return licence;
  }

  /**
   * Returns the files that make up the model directory.
   *
   * @return an unmodifiable list, never empty
   */
  public final List<ModelFile> files() {
    return files;
  }

  /**
   * Opens a file of the model.
   *
   * @param file one of {@link #files()}
   * @return a stream over the bytes; the caller closes it
   * @throws IOException if the resource is missing
   */
  public final InputStream open(ModelFile file) throws IOException {
    return resource(file.path());
  }

  @Override
  public final String toString() {
    return name;
  }

  private InputStream resource(String path) throws IOException {
    String resource = "/META-INF/aligner/" + name + "/" + path;
    InputStream stream = getClass().getResourceAsStream(resource);
    if (stream == null) {
      throw new FileNotFoundException(
          "no resource " + resource + " beside " + getClass().getName());
    }
    return stream;
  }

  private JsonNode readManifest() {
    try (InputStream stream = resource("manifest.json")) {
      return new ObjectMapper().readTree(stream);
    } catch (FileNotFoundException e) {
      throw broken("the file", "none in the jar of " + getClass().getName(), e);
    } catch (JsonProcessingException e) {
      throw broken("a JSON object", "text that is not JSON", e);
    } catch (IOException e) {
      throw broken("a readable file", "an I/O error", e);
    }
  }

  private List<ModelFile> files(JsonNode manifest) {
    List<ModelFile> found = new ArrayList<>();
    for (JsonNode entry : manifest.path("files")) {
      String path = text(entry, "path");
      String sha256 = text(entry, "sha256");
      long size = entry.path("size").asLong(-1);
      if (!SAFE_PATH.matcher(path).matches() || path.contains("..")) {
        throw broken("relative paths inside the model", "path \"" + path + "\"", null);
      }
      if (!SHA256.matcher(sha256).matches() || size < 0) {
        throw broken("size and sha256 of " + path, entry.toString(), null);
      }
      found.add(new ModelFile(path, size, sha256));
    }
    if (found.isEmpty()) {
      throw broken("a list \"files\" that is not empty", "none", null);
    }
    return List.copyOf(found);
  }

  private String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isTextual()) {
      throw broken(
          "a string \"" + field + "\"", value.isMissingNode() ? "none" : value.toString(), null);
    }
    return value.textValue();
  }

  private ModelLoadException broken(String expected, String found, @Nullable Throwable cause) {
    return new ModelLoadException(
        Path.of("META-INF", "aligner", name, "manifest.json"),
        expected,
        found,
        "build the model jar again with models/recipe/manifest.py",
        cause);
  }
}
