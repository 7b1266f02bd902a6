package dev.aligner.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.aligner.internal.jsonl.UnusableFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * What the provenance beside an input tells of it.
 *
 * @param round how often its texts were corrected
 * @param format what its rows look like
 * @param sha256 its digest when it was made
 * @param rounds what each round did
 */
record InputProvenance(int round, String format, String sha256, ArrayNode rounds) {

  private static final long MAX_BYTES = 16 << 20;
  private static final JsonMapper JSON = new JsonMapper();

  /** Returns that of texts that nobody corrected. */
  static InputProvenance none() {
    return new InputProvenance(0, "", "", JsonNodeFactory.instance.arrayNode());
  }

  /**
   * Reads the provenance beside an input.
   *
   * @return what it tells; {@link #none()} if there is none
   * @throws UnusableFileException if there is one that is not ours
   */
  static InputProvenance beside(Path input) throws IOException {
    Path file = Place.provenance(input);
    return Files.exists(file) ? of(file, read(file)) : none();
  }

  /** Reads a provenance, or empty if it is no JSON of ours. */
  static Optional<JsonNode> read(Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(file));
      boolean ours = json.path(Provenance.SCHEMA_VERSION).isInt();
      return ours ? Optional.of(json) : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static InputProvenance of(Path file, Optional<JsonNode> found)
      throws UnusableFileException {
    JsonNode json =
        found.orElseThrow(
            () ->
                new UnusableFileException(
                    file,
                    "expected the provenance of a dataset, found another file; move it away if the"
                        + " input is no corrected text"));
    if (json.path(Provenance.SCHEMA_VERSION).intValue() != Provenance.VERSION) {
      throw new UnusableFileException(
          file,
          "expected a provenance of version "
              + Provenance.VERSION
              + ", found one of another release; use the release that wrote it");
    }
    JsonNode round = json.path("round");
    if (!round.canConvertToInt() || round.intValue() < 0) {
      throw new UnusableFileException(
          file, "expected \"round\" to be 0 or more, found something else; make the input anew");
    }
    ArrayNode rounds =
        json.path("rounds") instanceof ArrayNode array
            ? array
            : JsonNodeFactory.instance.arrayNode();
    return new InputProvenance(
        round.intValue(),
        json.path("format").asText().toLowerCase(Locale.ROOT),
        json.path("output").path("sha256").asText(),
        rounds);
  }

  /** Tells whether the file has pairs of answers, which are not corrected again. */
  boolean isPreference() {
    return format.equals(DatasetFormat.PREFERENCE.lowerCase())
        || format.equals(DatasetFormat.CONVERSATIONAL.lowerCase());
  }
}
