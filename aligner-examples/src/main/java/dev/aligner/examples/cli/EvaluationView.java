package dev.aligner.examples.cli;

import dev.aligner.audit.AuditRecord.Outcome;
import dev.aligner.evaluation.Estimate;
import dev.aligner.evaluation.EvaluationFigures;
import dev.aligner.evaluation.EvaluationReport;
import dev.aligner.evaluation.FirstWords;
import dev.aligner.evaluation.ReferenceScores;
import dev.aligner.evaluation.RefusalRates;
import dev.aligner.evaluation.WinRate;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;

/** Shows the main figures of a report to a person, one on a line. */
final class EvaluationView {

  private static final int NAME_WIDTH = 32;

  private final StringBuilder view = new StringBuilder();

  private EvaluationView() {}

  /** Returns the view of a report, a line feed at its end. */
  static String text(EvaluationReport report) {
    EvaluationView view = new EvaluationView();
    view.figures(report.all());
    report
        .groups()
        .forEach(
            (name, figures) -> {
              view.view.append('\n').append("group ").append(TextView.printable(name)).append('\n');
              view.figures(figures);
            });
    return view.view.toString();
  }

  private void figures(EvaluationFigures figures) {
    StringBuilder outcomes = new StringBuilder().append(figures.rows());
    new TreeMap<>(figures.outcomes())
        .forEach((outcome, rows) -> outcomes.append(", ").append(name(outcome)).append(rows));
    line("answers", outcomes.toString());
    figures.winRate().ifPresent(this::winRate);
    share("good answers kept verbatim", figures.good().verbatim());
    share("good answers kept, or nearly", figures.good().nearCopies());
    share("bad answers left verbatim", figures.bad().verbatim());
    share("bad answers left, or nearly", figures.bad().nearCopies());
    RefusalRates refusals = figures.refusals();
    share("good answers made refusals", refusals.overCorrection());
    share("any answers made refusals", refusals.introduced());
    share("refusals undone", refusals.undone());
    figures.editRatios().mean().ifPresent(mean -> line("edit ratio, mean", number(mean, 3)));
    figures.references().ifPresent(this::references);
    FirstWords before = figures.firstWordsOfAnswers();
    FirstWords after = figures.firstWordsShown();
    line(
        "begin alike (" + after.words() + " words)",
        percent(after.shared()) + ", the answers " + percent(before.shared()));
  }

  private void winRate(WinRate rate) {
    line(
        "win rate omega, in percent",
        rate.omega().map(omega -> number(omega, 1)).orElse("nothing to count"));
    line("", "win " + rate.wins() + ", lose " + rate.losses() + ", equal " + rate.ties());
    if (rate.unparsable() + rate.failed() + rate.missing() > 0) {
      line(
          "",
          "not counted: unparsable "
              + rate.unparsable()
              + ", failed "
              + rate.failed()
              + ", missing "
              + rate.missing());
    }
  }

  private void references(ReferenceScores scores) {
    line(
        "chrF of the corpus",
        String.format(
            Locale.ROOT,
            "%.2f, the answers %.2f, of %d",
            scores.shown().corpusChrf(),
            scores.answers().corpusChrf(),
            scores.rows()));
    line("chrF gain, mean", number(scores.gain(), 2));
    share("equal to a reference", Optional.of(scores.shown().exactMatch()));
  }

  private void share(String name, Optional<Estimate> share) {
    share.ifPresent(
        estimate ->
            line(
                name,
                String.format(
                    Locale.ROOT,
                    "%s (%.1f to %.1f, of %d)",
                    percent(estimate.value()),
                    100 * estimate.low(),
                    100 * estimate.high(),
                    estimate.count())));
  }

  private static String number(Estimate estimate, int digits) {
    String form = "%." + digits + "f";
    return String.format(
        Locale.ROOT,
        form + " (" + form + " to " + form + ", of %d)",
        estimate.value(),
        estimate.low(),
        estimate.high(),
        estimate.count());
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private static String name(Outcome outcome) {
    return CorrectionJson.lowerCase(outcome) + " ";
  }

  private void line(String name, String figure) {
    view.append(name).append(" ".repeat(NAME_WIDTH - name.length())).append(figure).append('\n');
  }
}
