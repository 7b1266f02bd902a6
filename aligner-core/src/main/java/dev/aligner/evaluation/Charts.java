package dev.aligner.evaluation;

import java.util.List;
import java.util.Locale;

/** The plots of the page as SVG, with titles for those who cannot see them. */
final class Charts {

  private static final int WIDTH = 720;
  private static final int HEIGHT = 280;
  private static final int LEFT = 52;
  private static final int RIGHT = 16;
  private static final int TOP = 24;
  private static final int BOTTOM = 46;
  private static final int PLOT_WIDTH = WIDTH - LEFT - RIGHT;
  private static final int PLOT_HEIGHT = HEIGHT - TOP - BOTTOM;
  private static final int TICKS = 5;

  private Charts() {}

  /** Draws wins, ties and losses as one bar. */
  static String winBar(WinRate rate) {
    double all = Math.max(1, rate.wins() + rate.ties() + rate.losses());
    double wins = WIDTH * rate.wins() / all;
    double ties = WIDTH * rate.ties() / all;
    String label =
        "Better "
            + Html.percent(rate.wins() / all)
            + ", equal "
            + Html.percent(rate.ties() / all)
            + ", worse "
            + Html.percent(rate.losses() / all);
    return open(WIDTH, 34, "Verdicts of the judge", label)
        + rect("w", 0, 0, wins, 34, "better: " + Html.count(rate.wins()))
        + rect("e", wins, 0, ties, 34, "equal: " + Html.count(rate.ties()))
        + rect("l", wins + ties, 0, WIDTH - wins - ties, 34, "worse: " + Html.count(rate.losses()))
        + "</svg>";
  }

  /** Draws how many rows have which edit ratio; bins are of equal width, whatever their range. */
  static String histogram(EditRatios ratios) {
    List<EditRatios.Bin> bins = ratios.bins();
    long rows = Math.max(1, bins.stream().mapToLong(EditRatios.Bin::rows).sum());
    double most = Math.max(1, bins.stream().mapToLong(EditRatios.Bin::rows).max().orElse(1));
    double step = (double) PLOT_WIDTH / bins.size();
    StringBuilder svg = new StringBuilder();
    svg.append(
        open(
            WIDTH,
            HEIGHT,
            "Distribution of edit ratios",
            "Rows by edit ratio; the numbers are in the table below."));
    shareLines(svg, most / rows);
    for (int i = 0; i < bins.size(); i++) {
      EditRatios.Bin bin = bins.get(i);
      bar(svg, bin, LEFT + i * step, step, PLOT_HEIGHT * bin.rows() / most, rows);
      if (i > 0) {
        svg.append(text("", "middle", LEFT + i * step, HEIGHT - BOTTOM + 18, edge(bin.from())));
      }
    }
    svg.append(text("label", "middle", LEFT + step / 2, HEIGHT - BOTTOM + 34, "verbatim"));
    svg.append(text("", "middle", WIDTH - RIGHT - 4, HEIGHT - BOTTOM + 18, "\u221e"));
    svg.append(text("", "end", WIDTH - RIGHT, HEIGHT - BOTTOM + 38, "edit ratio"));
    return svg.append("</svg>").toString();
  }

  private static void bar(
      StringBuilder svg, EditRatios.Bin bin, double x, double step, double height, long rows) {
    double top = TOP + PLOT_HEIGHT - height;
    String about = range(bin) + ": " + Html.count(bin.rows()) + " rows";
    svg.append(rect(bin.to() == 0 ? "same" : "bar", x + 2, top, step - 4, height, about));
    if (bin.rows() > 0) {
      String share = Html.percent((double) bin.rows() / rows).replace("\u00a0%", "");
      svg.append(text("label", "middle", x + step / 2, top - 5, share));
    }
  }

  private static void shareLines(StringBuilder svg, double mostShare) {
    double step = mostShare > 0.4 ? 0.2 : mostShare > 0.2 ? 0.1 : mostShare > 0.1 ? 0.05 : 0.02;
    for (int i = 0; i * step <= mostShare; i++) {
      double y = TOP + PLOT_HEIGHT * (1 - i * step / mostShare);
      svg.append(line(i == 0 ? "axis" : "grid", LEFT, y, WIDTH - RIGHT, y));
      svg.append(text("", "end", LEFT - 8, y + 4, Math.round(100 * i * step) + "\u00a0%"));
    }
  }

  /** Names the range of a bin. */
  static String range(EditRatios.Bin bin) {
    if (bin.to() == 0) {
      return "verbatim";
    }
    return Double.isFinite(bin.to())
        ? edge(bin.from()) + " to " + edge(bin.to())
        : edge(bin.from()) + " or more";
  }

  private static String edge(double value) {
    String text = String.format(Locale.ROOT, "%.2f", value);
    return text.replaceAll("\\.?0+$", "");
  }

  /** Draws keep-rate over fix-rate, a line for each measure. */
  static String curves(List<AcceptanceCurve> curves) {
    StringBuilder svg = new StringBuilder();
    svg.append(
        open(
            WIDTH,
            HEIGHT,
            "Keep-rate of good answers against fix-rate of bad ones",
            "Each point is an acceptance threshold; the numbers are in the table below."));
    double base = base(curves);
    for (int i = 0; i <= TICKS; i++) {
      double share = (double) i / TICKS;
      double x = LEFT + PLOT_WIDTH * share;
      double y = TOP + PLOT_HEIGHT * (1 - share);
      svg.append(line(i == 0 ? "axis" : "grid", LEFT, y, WIDTH - RIGHT, y));
      svg.append(line(i == 0 ? "axis" : "grid", x, TOP, x, HEIGHT - BOTTOM));
      svg.append(text("", "end", LEFT - 8, y + 4, tick(base + (1 - base) * share)));
      svg.append(text("", i == TICKS ? "end" : "middle", x, HEIGHT - BOTTOM + 18, tick(share)));
    }
    String axis = base > 0 ? " (the axis begins at " + tick(base) + ")" : "";
    svg.append(text("", "start", LEFT, TOP - 9, "good answers kept verbatim" + axis));
    svg.append(text("", "end", WIDTH - RIGHT, HEIGHT - BOTTOM + 38, "bad answers changed"));
    curves.forEach(curve -> curve(svg, curve, base));
    return svg.append("</svg>").toString();
  }

  /** Where the axis of keep-rates begins: what lies far below every curve is not drawn. */
  private static double base(List<AcceptanceCurve> curves) {
    double least =
        curves.stream()
            .flatMap(curve -> curve.points().stream())
            .mapToDouble(AcceptanceCurve.Point::keepRate)
            .min()
            .orElse(0);
    return least < 0.5 ? 0 : Math.min(9, Math.floor(10 * least)) / 10;
  }

  private static String tick(double share) {
    return Math.round(100 * share) + "\u00a0%";
  }

  private static void curve(StringBuilder svg, AcceptanceCurve curve, double base) {
    String style = curve.measure() == AcceptanceCurve.Measure.SCORE ? " second" : "";
    StringBuilder line = new StringBuilder();
    StringBuilder dots = new StringBuilder();
    for (AcceptanceCurve.Point point : curve.points()) {
      double x = LEFT + PLOT_WIDTH * point.fixRate();
      double y = TOP + PLOT_HEIGHT * (1 - (point.keepRate() - base) / (1 - base));
      line.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
      dots.append(
          String.format(
              Locale.ROOT,
              "<circle class=\"dot%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\"><title>%s</title></circle>",
              style,
              x,
              y,
              Html.escape(describe(curve, point))));
    }
    svg.append("<polyline class=\"curve").append(style).append("\" points=\"");
    svg.append(line.toString().strip()).append("\"/>").append(dots);
  }

  private static String describe(AcceptanceCurve curve, AcceptanceCurve.Point point) {
    return threshold(curve, point)
        + ": "
        + Html.percent(point.keepRate())
        + " kept, "
        + Html.percent(point.fixRate())
        + " changed";
  }

  /** Says what a threshold accepts. */
  static String threshold(AcceptanceCurve curve, AcceptanceCurve.Point point) {
    if (!Double.isFinite(point.threshold())) {
      return "nothing accepted";
    }
    return curve.measure() == AcceptanceCurve.Measure.SCORE
        ? "score of at least " + Html.number(point.threshold(), 3)
        : "edit ratio of at most " + Html.number(point.threshold(), 3);
  }

  private static String open(int width, int height, String title, String description) {
    return (height == HEIGHT ? "<svg class=\"plot\" viewBox=\"0 0 " : "<svg viewBox=\"0 0 ")
        + width
        + " "
        + height
        + "\" role=\"img\" aria-label=\""
        + Html.escape(title + ". " + description)
        + "\">";
  }

  private static String rect(
      String style, double x, double y, double width, double height, String title) {
    return String.format(
        Locale.ROOT,
        "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"3\">"
            + "<title>%s</title></rect>",
        style,
        x,
        y,
        Math.max(0, width),
        height,
        Html.escape(title));
  }

  private static String line(String style, double x1, double y1, double x2, double y2) {
    return String.format(
        Locale.ROOT,
        "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
        style,
        x1,
        y1,
        x2,
        y2);
  }

  private static String text(String style, String anchor, double x, double y, String text) {
    return String.format(
        Locale.ROOT,
        "<text class=\"%s\" text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>",
        style,
        anchor,
        x,
        y,
        Html.escape(text));
  }
}
