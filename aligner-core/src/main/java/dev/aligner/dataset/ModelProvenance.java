package dev.aligner.dataset;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What is told of the model that corrected: enough to find it again, and to know whether another
 * run used the same.
 *
 * <p>Immutable and thread-safe.
 *
 * @param name the model's name
 * @param digests the SHA-256 of each of its files, in 64 hexadecimal digits, by the file's path in
 *     the model directory; empty if they are not known
 * @param settings how it is used: template, decoding, weight format and the like, by name
 */
public record ModelProvenance(
    String name, Map<String, String> digests, Map<String, String> settings) {

  /** Copies, in the order of the names. */
  public ModelProvenance {
    Objects.requireNonNull(name, "name");
    digests = Collections.unmodifiableMap(new TreeMap<>(digests));
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
  }

  /**
   * Makes a provenance of a name alone. {@link dev.aligner.Aligner#fingerprint()} stands beside it
   * where the aligner has one.
   *
   * @param name the model's name
   * @return the provenance
   */
  public static ModelProvenance named(String name) {
    return new ModelProvenance(name, Map.of(), Map.of());
  }
}
