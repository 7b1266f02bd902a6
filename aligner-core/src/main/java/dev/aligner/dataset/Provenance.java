package dev.aligner.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aligner.internal.jsonl.JsonText;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The JSON of settings and of the provenance beside each file of a dataset. */
final class Provenance {

  static final String SCHEMA_VERSION = "schema_version";
  static final int VERSION = 1;
  static final String SETTINGS = "settings";
  static final String OUTPUT = "output";
  static final String OUTCOMES = "outcomes";

  private static final JsonMapper JSON = new JsonMapper();

  private Provenance() {}

  /**
   * Tells all that the rows of a dataset depend on: two runs of the same settings make the same
   * files, as far as the model writes the same texts.
   */
  static JsonNode settings(
      DatasetOptions options, @Nullable ModelProvenance model, String fingerprint, Scan scan) {
    ObjectNode json = JSON.createObjectNode();
    ArrayNode formats = json.putArray("formats");
    options.formats().forEach(format -> formats.add(format.lowerCase()));
    json.put("deduplication", options.deduplication().lowerCase());
    json.put("max_characters", options.maxCharacters());
    json.put("round", round(options, scan));
    json.put("input_sha256", scan.sha256());
    json.put("rejects", options.rejects().isPresent());
    if (options.isIdentity()) {
      json.put("share", options.share()).put("seed", options.seed());
    } else {
      json.put("min_edit_ratio", options.minEditRatio());
      json.put("max_edit_ratio", finite(options.maxEditRatio()));
      json.put("acceptance", options.acceptanceName());
    }
    if (model != null) {
      ObjectNode of = json.putObject("model").put("name", model.name());
      of.put("fingerprint", fingerprint.isEmpty() ? null : fingerprint);
      put(of.putObject("sha256"), model.digests());
      put(of.putObject("settings"), model.settings());
    }
    return reread(json);
  }

  /** Returns the round that a dataset is; identity rows are not corrected once more. */
  static int round(DatasetOptions options, Scan scan) {
    return scan.round() + (options.isIdentity() ? 0 : 1);
  }

  private static void put(ObjectNode json, Map<String, String> values) {
    values.forEach(json::put);
  }

  private static @Nullable Double finite(double value) {
    return Double.isInfinite(value) ? null : value;
  }

  /** Returns a tree as it is after it was written and read, so that it equals one that was. */
  private static JsonNode reread(JsonNode json) {
    try {
      return JSON.readTree(JsonText.of(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("JSON of ours cannot fail to be read", e);
    }
  }

  /** What a provenance tells of a run, whatever the file. */
  record Run(
      RunContext context,
      Scan scan,
      JsonNode settings,
      String started,
      String ended,
      Map<String, Long> outcomes,
      Optional<Drift> drift) {}

  /** Spells the provenance of a file, on several lines. */
  static String text(Run run, DatasetFormat format, Assembly.Made made, String sha256) {
    ObjectNode json = JSON.createObjectNode().put(SCHEMA_VERSION, VERSION);
    json.putObject("library").put("name", "aligner-java").put("version", version());
    json.put("format", format.lowerCase());
    json.put("round", round(run.context.options(), run.scan));
    json.put("allowed_rounds", run.context.options().allowedRounds());
    json.set(SETTINGS, run.settings);
    putInput(json.putObject("input"), run);
    ObjectNode output = json.putObject(OUTPUT);
    output.put("file", String.valueOf(made.file.file().getFileName()));
    output.put("bytes", made.file.bytes()).put("rows", made.file.lines()).put("sha256", sha256);
    ObjectNode counts = json.putObject("counts");
    counts.put("lines", run.scan.lines()).put("bad_lines", run.scan.badLines());
    run.outcomes.forEach(counts.putObject(OUTCOMES)::put);
    counts.put("written", made.file.lines());
    made.dropped.forEach(counts.putObject("dropped")::put);
    ArrayNode rounds = json.putArray("rounds").addAll(run.context.known().rounds());
    run.drift.ifPresent(drift -> putRound(rounds.addObject(), run, drift, made));
    json.put("started", run.started).put("ended", run.ended);
    return json.toPrettyString();
  }

  private static void putInput(ObjectNode json, Run run) {
    InputProvenance known = run.context.known();
    json.put("file", String.valueOf(run.context.place().input().getFileName()));
    json.put("bytes", run.scan.bytes()).put("sha256", run.scan.sha256());
    json.put("round", run.scan.round());
    if (!known.sha256().isEmpty()) {
      json.put("as_its_provenance_says", known.sha256().equals(run.scan.sha256()));
    }
  }

  private static void putRound(ObjectNode json, Run run, Drift drift, Assembly.Made made) {
    JsonNode model = run.settings.path("model");
    json.put("round", round(run.context.options(), run.scan));
    json.put("model", model.path("name").asText());
    json.set("fingerprint", model.path("fingerprint"));
    put(json.putObject("corrections"), drift);
    put(json.putObject("written"), made.drift.drift());
  }

  private static void put(ObjectNode json, Drift drift) {
    json.put("count", drift.corrections());
    json.put("refusal_share", drift.refusalShare());
    json.put("refusal_share_before", drift.refusalShareBefore());
    put(json.putObject("to_original"), drift.toOriginal());
    put(json.putObject("to_previous"), drift.toPrevious());
  }

  private static void put(ObjectNode json, Drift.Distance distance) {
    json.put("changed_share", distance.changedShare());
    ObjectNode ratio = json.putObject("edit_ratio").put("mean", distance.meanEditRatio());
    ratio.put("median", distance.medianEditRatio()).put("p90", distance.p90EditRatio());
    ratio.put("p99", distance.p99EditRatio()).put("max", distance.maxEditRatio());
    json.put("mean_length_ratio", distance.meanLengthRatio());
  }

  private static String version() {
    String version = DatasetBuilder.class.getPackage().getImplementationVersion();
    return version == null ? "(development)" : version;
  }
}
