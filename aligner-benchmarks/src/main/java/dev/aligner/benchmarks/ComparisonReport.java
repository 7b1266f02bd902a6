package dev.aligner.benchmarks;

import dev.aligner.benchmarks.Comparison.Row;
import java.util.Locale;
import java.util.Map;

/** Prints a comparison as one table. */
final class ComparisonReport {

  private final Comparison comparison;
  private final String copyAware;

  /**
   * Makes a report.
   *
   * @param copyAware the engine that reads drafts
   */
  ComparisonReport(Comparison comparison, String copyAware) {
    this.comparison = comparison;
    this.copyAware = copyAware;
  }

  String table() {
    Table table =
        new Table(
            "bin",
            "engine",
            "tokens",
            "out",
            "steps/token",
            "drafted",
            "accepted",
            "decode ms",
            "whole ms [range]",
            "decode x",
            "whole x",
            "ceiling x",
            "share",
            "n");
    comparison.bins().forEach((bin, rows) -> addBin(table, bin, rows));
    comparison.failures().forEach((name, why) -> table.row(cells("-", name, "failed: " + why)));
    return table.toString();
  }

  /** Adds a row for a peer that was not asked for. */
  static Object[] cells(String bin, String name, String what) {
    return new Object[] {bin, name, what, "", "", "", "", "", "", "", "", "", "", ""};
  }

  private void addBin(Table table, String bin, Map<String, Row> rows) {
    double prompt = comparison.promptMillis(bin);
    Row plain = rows.get(comparison.engineNames().get(0));
    if (plain == null) {
      return;
    }
    rows.forEach(
        (name, row) -> {
          double decode = row.wall.median() - prompt;
          double gain = (plain.wall.median() - prompt) / decode;
          boolean ours = !row.stepsPerToken.isEmpty();
          boolean drafts = name.equals(copyAware);
          table.row(
              bin + " (" + number(row.editRatio.median(), 3) + ")",
              name,
              row.sameTokens(),
              number(row.outputTokens.median(), 0),
              ours ? number(row.stepsPerToken.median(), 3) : "-",
              drafts ? number(row.drafted.median(), 0) : "-",
              drafts ? number(row.accepted.median(), 0) : "-",
              ours ? number(decode, 1) : "-",
              row.wall.withRange(),
              ours ? number(gain, 2) : "-",
              number(plain.wall.median() / row.wall.median(), 2),
              drafts ? number(row.ceiling.median(), 2) : "-",
              drafts ? number(gain / row.ceiling.median(), 2) : "-",
              row.wall.size());
        });
  }

  private static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
