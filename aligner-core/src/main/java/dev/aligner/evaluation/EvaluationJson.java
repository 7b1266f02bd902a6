package dev.aligner.evaluation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aligner.audit.ArmReport;
import dev.aligner.internal.jsonl.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A report as JSON. Field names are stable: within one {@link #SCHEMA_VERSION} fields are added,
 * and none is renamed, removed, or given another meaning. What there is no figure for is null.
 * Shares are 0 to 1, omega is in percent, chrF is 0 to 100, times are in milliseconds. Sampled rows
 * are not part of it.
 */
public final class EvaluationJson {

  /** The version of the fields, {@code schema_version}. */
  public static final int SCHEMA_VERSION = 1;

  private EvaluationJson() {}

  /**
   * Spells a report.
   *
   * @param report the report
   * @return a JSON object over several lines
   */
  public static String text(EvaluationReport report) {
    return JsonText.pretty(json(report));
  }

  /**
   * Writes a report into a file, in UTF-8.
   *
   * @param report the report
   * @param file what is in it already is lost
   * @throws IOException if it cannot be written
   */
  public static void write(EvaluationReport report, Path file) throws IOException {
    Files.writeString(file, text(report) + "\n");
  }

  private static ObjectNode json(EvaluationReport report) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("schema_version", SCHEMA_VERSION);
    settings(json.putObject("settings"), report.settings());
    ObjectNode details = json.putObject("details");
    report.details().forEach((name, value) -> details.put(JsonNames.name(name), value));
    figures(json.putObject("all"), report.all());
    ObjectNode groups = json.putObject("groups");
    report
        .groups()
        .forEach((name, group) -> figures(groups.putObject(JsonNames.name(name)), group));
    report
        .audit()
        .ifPresent(
            audit -> {
              ObjectNode arms = json.putObject("arms");
              new TreeMap<>(audit.arms())
                  .forEach((arm, figures) -> arm(arms.putObject(JsonNames.lower(arm)), figures));
              json.put("unreadable_lines", audit.unreadableLines());
            });
    return json;
  }

  private static void settings(ObjectNode json, EvaluationSettings settings) {
    json.put("seed", settings.seed());
    json.put("resamples", settings.resamples());
    json.put("confidence", settings.confidence());
    json.put("samples_of_each_kind", settings.samples());
    json.put("near_copy_below", EvaluationSettings.NEAR_COPY);
    json.put("judge", settings.judge().orElse(null));
    json.put("model", settings.model().orElse(null));
  }

  private static void figures(ObjectNode json, EvaluationFigures figures) {
    json.put("rows", figures.rows());
    ObjectNode labels = json.putObject("labels");
    figures.labels().forEach((label, rows) -> labels.put(JsonNames.name(label), rows));
    ObjectNode outcomes = json.putObject("outcomes");
    new TreeMap<>(figures.outcomes())
        .forEach((outcome, rows) -> outcomes.put(JsonNames.lower(outcome), rows));
    winRate(json, figures.winRate());
    keepRate(json.putObject("good"), figures.good());
    keepRate(json.putObject("bad"), figures.bad());
    refusals(json.putObject("refusals"), figures.refusals());
    editRatios(json.putObject("edit_ratio"), figures.editRatios());
    references(json, figures.references());
    ObjectNode openings = json.putObject("first_words");
    firstWords(openings.putObject("answers"), figures.firstWordsOfAnswers());
    firstWords(openings.putObject("shown"), figures.firstWordsShown());
    ArrayNode curves = json.putArray("curves");
    figures.curves().forEach(curve -> curve(curves.addObject(), curve));
  }

  private static void winRate(ObjectNode json, Optional<WinRate> winRate) {
    if (winRate.isEmpty()) {
      json.putNull("win_rate");
      return;
    }
    WinRate rate = winRate.get();
    ObjectNode node = json.putObject("win_rate");
    estimate(node, "omega", rate.omega());
    node.put("win", rate.wins());
    node.put("lose", rate.losses());
    node.put("equal", rate.ties());
    node.put("equal_unchanged", rate.unchanged());
    node.put("equal_by_disagreement", rate.disagreements());
    node.put("unparsable", rate.unparsable());
    node.put("failed", rate.failed());
    node.put("missing", rate.missing());
  }

  private static void keepRate(ObjectNode json, KeepRate rate) {
    json.put("answers", rate.answers());
    estimate(json, "verbatim", rate.verbatim());
    estimate(json, "near_copies", rate.nearCopies());
  }

  private static void refusals(ObjectNode json, RefusalRates rates) {
    estimate(json, "answers", rates.answers());
    estimate(json, "shown", rates.shown());
    estimate(json, "over_correction", rates.overCorrection());
    estimate(json, "introduced", rates.introduced());
    estimate(json, "undone", rates.undone());
  }

  private static void editRatios(ObjectNode json, EditRatios ratios) {
    estimate(json, "mean", ratios.mean());
    json.put("median", ratios.median());
    json.put("p90", ratios.p90());
    json.put("largest", ratios.largest());
    ArrayNode bins = json.putArray("histogram");
    for (EditRatios.Bin bin : ratios.bins()) {
      ObjectNode node = bins.addObject().put("from", bin.from());
      finite(node, "to", bin.to()).put("rows", bin.rows());
    }
  }

  private static void references(ObjectNode json, Optional<ReferenceScores> references) {
    if (references.isEmpty()) {
      json.putNull("references");
      return;
    }
    ReferenceScores scores = references.get();
    ObjectNode node = json.putObject("references").put("rows", scores.rows());
    textScores(node.putObject("answers"), scores.answers());
    textScores(node.putObject("shown"), scores.shown());
    estimate(node, "chrf_gain", Optional.of(scores.gain()));
  }

  private static void textScores(ObjectNode json, ReferenceScores.TextScores scores) {
    json.put("corpus_chrf", scores.corpusChrf());
    estimate(json, "chrf", Optional.of(scores.chrf()));
    estimate(json, "exact_match", Optional.of(scores.exactMatch()));
  }

  private static void firstWords(ObjectNode json, FirstWords words) {
    json.put("words", words.words());
    json.put("shared", words.shared());
    json.put("most_frequent", words.mostFrequent());
    json.put("opening", words.opening().orElse(null));
  }

  private static void curve(ObjectNode json, AcceptanceCurve curve) {
    json.put("measure", JsonNames.lower(curve.measure()));
    ArrayNode points = json.putArray("points");
    for (AcceptanceCurve.Point point : curve.points()) {
      finite(points.addObject(), "threshold", point.threshold())
          .put("keep_rate", point.keepRate())
          .put("fix_rate", point.fixRate());
    }
  }

  private static void arm(ObjectNode json, ArmReport arm) {
    json.put("answers", arm.answers());
    ObjectNode outcomes = json.putObject("outcomes");
    new TreeMap<>(arm.outcomes())
        .forEach((outcome, rows) -> outcomes.put(JsonNames.lower(outcome), rows));
    ObjectNode reasons = json.putObject("reasons");
    new TreeMap<>(arm.reasons())
        .forEach((reason, rows) -> reasons.put(JsonNames.name(reason), rows));
    latency(json.putObject("latency_ms"), arm.latency());
    latency(json.putObject("correction_ms"), arm.correctionTime());
  }

  private static void latency(ObjectNode json, ArmReport.Latency latency) {
    json.put("count", latency.count());
    json.put("p50", latency.p50().toNanos() / 1e6);
    json.put("p95", latency.p95().toNanos() / 1e6);
    json.put("p99", latency.p99().toNanos() / 1e6);
    json.put("longest", latency.longest().toNanos() / 1e6);
  }

  private static void estimate(ObjectNode json, String name, Optional<Estimate> estimate) {
    if (estimate.isEmpty()) {
      json.putNull(name);
      return;
    }
    json.putObject(name)
        .put("value", estimate.get().value())
        .put("low", estimate.get().low())
        .put("high", estimate.get().high())
        .put("count", estimate.get().count());
  }

  /** JSON has no infinity. */
  private static ObjectNode finite(ObjectNode json, String name, double value) {
    return Double.isFinite(value) ? json.put(name, value) : json.putNull(name);
  }
}
