package dev.aligner.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A report as one page that stands alone: no script, no external resource, plots as inline SVG,
 * light or dark as the reader's system is.
 *
 * <p>It shows questions, answers and corrections of sampled rows, unless {@link ReportTexts#OMIT}
 * is set. They are escaped, and the page forbids itself scripts and requests by a content security
 * policy besides.
 */
public final class HtmlReport {

  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="referrer" content="no-referrer">
      <title>Aligner evaluation</title>
      <style>
      """;

  private HtmlReport() {}

  /**
   * Spells a report.
   *
   * @param report the report
   * @return an HTML document
   */
  public static String text(EvaluationReport report) {
    Html page = new Html().raw(HEAD).raw(ReportStyle.CSS).raw("</style>\n</head>\n<body>\n");
    header(page, report);
    page.raw("<main>\n");
    cards(page, report.all());
    report.all().winRate().ifPresent(rate -> verdicts(page, rate));
    distribution(page, report.all());
    acceptance(page, report.all());
    HtmlTables.beforeAndAfter(page, report.all());
    HtmlTables.groups(page, report);
    report.audit().ifPresent(audit -> HtmlTables.arms(page, audit));
    HtmlSamples.append(page, report.samples());
    page.raw("</main>\n");
    HtmlTables.settings(page, report);
    return page.raw("</body>\n</html>\n").toString();
  }

  /**
   * Writes a report into a file, in UTF-8.
   *
   * @param report the report
   * @param file what is in it already is lost
   * @throws IOException if it cannot be written
   */
  public static void write(EvaluationReport report, Path file) throws IOException {
    Files.writeString(file, text(report));
  }

  private static void header(Html page, EvaluationReport report) {
    long changed =
        report.all().editRatios().bins().stream().skip(1).mapToLong(EditRatios.Bin::rows).sum();
    page.raw("<header>\n<p class=\"eyebrow\">Aligner evaluation</p>\n");
    page.element(
        "<h1>",
        Html.count(report.all().rows())
            + (report.all().rows() == 1 ? " answer, " : " answers, ")
            + Html.count(changed)
            + " changed");
    page.raw("\n<p class=\"muted\">");
    report.details().forEach((name, value) -> page.text(name + ": " + value + ". "));
    page.raw("Ranges in parentheses are ");
    page.text(Html.number(100 * report.settings().confidence(), 0));
    page.raw("\u00a0% bootstrap intervals.</p>\n</header>\n");
  }

  private static void cards(Html page, EvaluationFigures all) {
    page.raw("<ul class=\"cards\">\n");
    all.winRate()
        .flatMap(WinRate::omega)
        .ifPresent(
            omega -> {
              String style = omega.low() > 0 ? " win" : omega.high() < 0 ? " lose" : "";
              card(page, "Win rate \u03c9: better less worse", style, points(omega) + "\u00a0%");
              range(page, Html.range(omega.low(), omega.high(), 1) + " %");
            });
    shareCard(page, "Good answers kept verbatim", all.good().verbatim());
    shareCard(page, "Bad answers left, or nearly", all.bad().nearCopies());
    shareCard(page, "Good answers turned into refusals", all.refusals().overCorrection());
    all.references()
        .ifPresent(
            scores -> {
              card(page, "chrF gained over the answers", "", points(scores.gain()));
              range(page, Html.range(scores.gain().low(), scores.gain().high(), 1));
            });
    card(page, "Edit ratio, median", "", Html.number(all.editRatios().median(), 2));
    range(page, "90 of 100 rows have at most " + Html.number(all.editRatios().p90(), 2));
    page.raw("</ul>\n");
  }

  private static String points(Estimate estimate) {
    return Html.signed(estimate.value(), 1);
  }

  private static void shareCard(Html page, String name, Optional<Estimate> share) {
    share.ifPresent(
        estimate -> {
          card(page, name, "", Html.percent(estimate.value()));
          range(
              page,
              Html.range(100 * estimate.low(), 100 * estimate.high(), 1)
                  + " %, of "
                  + Html.count(estimate.count()));
        });
  }

  private static void card(Html page, String name, String style, String value) {
    page.raw("<li>").element("<div class=\"name\">", name);
    page.element("<div class=\"value" + style + "\">", value);
  }

  private static void range(Html page, String text) {
    page.element("<div class=\"range\">", text).raw("</li>\n");
  }

  private static void verdicts(Html page, WinRate rate) {
    page.raw("<section>\n<h2>What the judge says</h2>\n");
    page.raw("<figure>").raw(Charts.winBar(rate)).raw("<figcaption>\n<ul class=\"legend\">");
    legend(page, "win", "better", rate.wins());
    legend(page, "equal", "equal", rate.ties());
    legend(page, "lose", "worse", rate.losses());
    page.raw("</ul></figcaption></figure>\n<p class=\"muted\">");
    page.text(
        Html.count(rate.unchanged())
            + " of the equal ones were returned verbatim, which takes no judge.");
    if (rate.disagreements() > 0) {
      page.text(
          " About "
              + Html.count(rate.disagreements())
              + " the judge said something else once the order was turned; they count as equal.");
    }
    if (rate.unparsable() + rate.failed() + rate.missing() > 0) {
      page.text(
          " Not counted: "
              + Html.count(rate.unparsable())
              + " judgements that could not be read, "
              + Html.count(rate.failed())
              + " that failed, "
              + Html.count(rate.missing())
              + " that are missing.");
    }
    page.raw("</p>\n</section>\n");
  }

  private static void legend(Html page, String color, String name, long count) {
    page.raw("<li><i style=\"background:var(--" + color + ")\"></i>");
    page.text(name + " " + Html.count(count)).raw("</li>");
  }

  private static void distribution(Html page, EvaluationFigures all) {
    page.raw("<section>\n<h2>How much was edited</h2>\n<p class=\"muted\">");
    page.raw("Edit ratio: changed words over the answer's words. 0 means that no word changed,");
    page.raw(" and a rewrite can have more than 1.</p>\n<figure>");
    page.raw(Charts.histogram(all.editRatios())).raw("</figure>\n");
    HtmlTables.histogram(page, all.editRatios());
    page.raw("</section>\n");
  }

  private static void acceptance(Html page, EvaluationFigures all) {
    if (all.curves().isEmpty()) {
      return;
    }
    page.raw("<section>\n<h2>Keep-rate against fix-rate</h2>\n<p class=\"muted\">");
    page.raw("What readers would see if corrections were accepted up to a threshold and answers");
    page.raw(" shown beyond it. To the upper right is better; whether a changed answer is a");
    page.raw(" better one takes a judge.</p>\n<figure>");
    page.raw(Charts.curves(all.curves())).raw("<figcaption>\n<ul class=\"legend\">");
    for (AcceptanceCurve curve : all.curves()) {
      boolean ratio = curve.measure() == AcceptanceCurve.Measure.EDIT_RATIO;
      page.raw("<li><i style=\"background:var(--" + (ratio ? "accent" : "second") + ")\"></i>");
      page.raw(ratio ? "by edit ratio</li>" : "by score</li>");
    }
    page.raw("</ul></figcaption></figure>\n");
    all.curves().forEach(curve -> HtmlTables.curve(page, curve));
    page.raw("</section>\n");
  }
}
