package dev.aligner.evaluation;

import dev.aligner.audit.ArmReport;
import dev.aligner.audit.AuditReport;
import dev.aligner.evaluation.ReferenceScores.TextScores;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The tables of the page. */
final class HtmlTables {

  private static final int MOST_THRESHOLDS = 20;

  private HtmlTables() {}

  static void beforeAndAfter(Html page, EvaluationFigures all) {
    page.raw("<section>\n<h2>Before and after</h2>\n");
    open(page, "All rows; what is shown is the correction, or the answer it left", "figure");
    heads(page, List.of("answers", "shown"));
    RefusalRates refusals = all.refusals();
    row(page, "refuse", Html.share(refusals.answers()), Html.share(refusals.shown()));
    row(page, "refusals undone", "\u2013", Html.share(refusals.undone()));
    row(
        page,
        "became refusals, of all that were none",
        "\u2013",
        Html.share(refusals.introduced()));
    FirstWords before = all.firstWordsOfAnswers();
    FirstWords after = all.firstWordsShown();
    String opening = "first " + before.words() + " words ";
    row(
        page,
        opening + "shared with another row",
        Html.percent(before.shared()),
        Html.percent(after.shared()));
    row(
        page,
        opening + "are the most frequent ones",
        Html.percent(before.mostFrequent()),
        Html.percent(after.mostFrequent()));
    all.references().ifPresent(scores -> scores(page, scores));
    close(page);
    after
        .opening()
        .filter(text -> !text.isEmpty() && after.mostFrequent() > 1.5 / Math.max(1, all.rows()))
        .ifPresent(
            text ->
                page.raw("<p class=\"muted\">Most frequent opening shown: \u201c")
                    .raw("<bdi>")
                    .text(cut(text, 200))
                    .raw("</bdi>\u201d</p>\n"));
    page.raw("</section>\n");
  }

  private static void scores(Html page, ReferenceScores scores) {
    TextScores before = scores.answers();
    TextScores after = scores.shown();
    String of = ", " + Html.count(scores.rows()) + " rows with references";
    row(
        page,
        "chrF of the corpus" + of,
        Html.number(before.corpusChrf(), 2),
        Html.number(after.corpusChrf(), 2));
    row(page, "chrF, mean of rows", mean(before.chrf()), mean(after.chrf()));
    row(
        page,
        "equal to a reference",
        Html.share(Optional.of(before.exactMatch())),
        Html.share(Optional.of(after.exactMatch())));
  }

  private static String mean(Estimate estimate) {
    return Html.number(estimate.value(), 2)
        + " ("
        + Html.range(estimate.low(), estimate.high(), 2)
        + ")";
  }

  static void groups(Html page, EvaluationReport report) {
    if (report.groups().isEmpty()) {
      return;
    }
    page.raw("<section>\n<h2>By group</h2>\n");
    open(page, "A dash means that no row is of the kind that a figure is about", "group");
    heads(
        page,
        List.of(
            "rows",
            "\u03c9",
            "good kept verbatim",
            "bad left, or nearly",
            "edit ratio",
            "chrF gain"));
    report.groups().forEach((name, figures) -> group(page, name, figures));
    group(page, "all", report.all());
    close(page);
    page.raw("</section>\n");
  }

  private static void group(Html page, String name, EvaluationFigures figures) {
    row(
        page,
        name,
        Html.count(figures.rows()),
        signed(figures.winRate().flatMap(WinRate::omega)),
        Html.share(figures.good().verbatim()),
        Html.share(figures.bad().nearCopies()),
        figures.editRatios().mean().map(mean -> Html.number(mean.value(), 2)).orElse("\u2013"),
        signed(figures.references().map(ReferenceScores::gain)));
  }

  private static String signed(Optional<Estimate> estimate) {
    return estimate
        .map(e -> Html.signed(e.value(), 1) + " (" + Html.range(e.low(), e.high(), 1) + ")")
        .orElse("\u2013");
  }

  static void arms(Html page, AuditReport audit) {
    page.raw("<section>\n<h2>Arms of the audit log</h2>\n");
    open(page, "Times in milliseconds: median, 95 of 100, 99 of 100", "arm");
    heads(
        page,
        List.of("answers", "outcomes", "until the reader had the answer", "correction alone"));
    new TreeMap<>(audit.arms())
        .forEach(
            (arm, report) ->
                row(
                    page,
                    JsonNames.lower(arm),
                    Html.count(report.answers()),
                    outcomes(report),
                    latency(report.latency()),
                    latency(report.correctionTime())));
    close(page);
    page.raw("</section>\n");
  }

  private static String outcomes(ArmReport report) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(report.outcomes())
        .forEach(
            (outcome, rows) ->
                text.append(text.length() == 0 ? "" : ", ")
                    .append(JsonNames.lower(outcome))
                    .append(' ')
                    .append(Html.count(rows)));
    return text.toString();
  }

  private static String latency(ArmReport.Latency latency) {
    return latency.count() == 0
        ? "\u2013"
        : millis(latency.p50()) + ", " + millis(latency.p95()) + ", " + millis(latency.p99());
  }

  private static String millis(Duration duration) {
    return Html.number(duration.toNanos() / 1e6, 1);
  }

  static void histogram(Html page, EditRatios ratios) {
    page.raw("<details><summary>As a table</summary>\n");
    open(page, "Rows by edit ratio", "edit ratio");
    heads(page, List.of("rows"));
    for (EditRatios.Bin bin : ratios.bins()) {
      row(page, Charts.range(bin), Html.count(bin.rows()));
    }
    close(page);
    page.raw("</details>\n");
  }

  static void curve(Html page, AcceptanceCurve curve) {
    boolean ratio = curve.measure() == AcceptanceCurve.Measure.EDIT_RATIO;
    page.raw("<details><summary>As a table, by " + (ratio ? "edit ratio" : "score"));
    page.raw("</summary>\n");
    open(page, "Thresholds", "accepted");
    heads(page, List.of("good answers kept verbatim", "bad answers changed"));
    int size = curve.points().size();
    int shown = Math.min(size, MOST_THRESHOLDS);
    for (int i = 1; i <= shown; i++) {
      AcceptanceCurve.Point point = curve.points().get(i * size / shown - 1);
      row(
          page,
          Charts.threshold(curve, point),
          Html.percent(point.keepRate()),
          Html.percent(point.fixRate()));
    }
    close(page);
    page.raw("</details>\n");
  }

  static void settings(Html page, EvaluationReport report) {
    EvaluationSettings settings = report.settings();
    page.raw("<footer>\n<p>");
    page.text(
        "Seed "
            + settings.seed()
            + ", "
            + Html.count(settings.resamples())
            + " resamples, near-copies below an edit ratio of "
            + EvaluationSettings.NEAR_COPY
            + ".");
    settings.judge().ifPresent(judge -> page.text(" Judge: " + judge + "."));
    settings.model().ifPresent(model -> page.text(" Model: " + model + "."));
    page.raw("</p>\n<p>An interval tells how far a figure hangs on which rows were drawn. ");
    page.raw("A share of 0 or 100\u00a0% has none: look at the number of rows. ");
    page.raw("Refusals are found by their usual English phrases. ");
    page.raw("chrF is sacreBLEU\u2019s default chrF2.</p>\n</footer>\n");
  }

  private static void open(Html page, String caption, String rowHead) {
    page.raw("<div class=\"scroll\"><table>").element("<caption>", caption);
    page.raw("<thead><tr>").element("<th scope=\"col\">", rowHead);
  }

  private static void heads(Html page, List<String> names) {
    names.forEach(name -> page.element("<th scope=\"col\">", name));
    page.raw("</tr></thead>\n<tbody>\n");
  }

  private static void row(Html page, String head, String... cells) {
    page.raw("<tr>").element("<th scope=\"row\">", cut(head, 200));
    for (String cell : cells) {
      page.element("<td>", cell);
    }
    page.raw("</tr>\n");
  }

  private static void close(Html page) {
    page.raw("</tbody></table></div>\n");
  }

  /** Cuts what is too long for a line of a table. */
  static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most) + "\u2026";
  }
}
