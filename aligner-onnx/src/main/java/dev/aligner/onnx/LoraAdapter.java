package dev.aligner.onnx;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A LoRA adapter to load beside a model, under the name that calls choose it by: an {@code
 * .onnx_adapter} file for a graph whose LoRA weights are inputs that may be left out, both as
 * olive's {@code ExtractAdapters} writes them. The base is loaded once, whatever the number of its
 * adapters.
 *
 * <p>Immutable and thread-safe.
 */
public final class LoraAdapter {

  private final String name;
  private final Path file;

  private LoraAdapter(String name, Path file) {
    this.name = name;
    this.file = file;
  }

  /**
   * Names an adapter. Nothing is read before the model is loaded.
   *
   * @param name the name that calls choose it by, not blank
   * @param file the adapter's file
   * @return the adapter
   * @throws IllegalArgumentException if the name is blank
   */
  public static LoraAdapter of(String name, Path file) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("expected a name for the LoRA adapter; found a blank one");
    }
    return new LoraAdapter(name, Objects.requireNonNull(file, "file"));
  }

  /**
   * Returns the name that calls choose it by.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Returns the adapter's file.
   *
   * @return its path
   */
  public Path file() {
    return file;
  }

  @Override
  public String toString() {
    return "LoraAdapter[" + name + ", " + file + "]";
  }

  /**
   * Checks that an adapter has a name of its own.
   *
   * @throws IllegalArgumentException if it has not
   */
  static void requireNew(List<LoraAdapter> others, LoraAdapter adapter) {
    if (others.stream().anyMatch(other -> other.name().equals(adapter.name()))) {
      throw new IllegalArgumentException(
          "expected LoRA adapters of different names; found two \"" + adapter.name() + "\"");
    }
  }
}
