package dev.aligner.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A plot of lines from zero, one panel beside the other, as an SVG file that needs nothing else.
 */
final class LinePlot {

  private static final int WIDTH = 420;
  private static final int HEIGHT = 260;
  private static final int MARGIN = 60;
  private static final int TICKS = 4;
  private static final List<String> COLOURS = List.of("#b3401a", "#1a6fb3", "#3a8a3a", "#777777");

  private final StringBuilder body = new StringBuilder();
  private int panels;

  /**
   * Adds a panel.
   *
   * @param lines the points, x and y, of each line by its name
   */
  LinePlot panel(String title, Map<String, List<double[]>> lines) {
    double right = highest(lines, 0);
    double top = highest(lines, 1);
    int left = panels++ * (WIDTH + 2 * MARGIN) + MARGIN;
    body.append(String.format("<g transform='translate(%d,%d)'>%n", left, MARGIN));
    text(0, -20, title);
    for (int i = 0; i <= TICKS; i++) {
      int y = HEIGHT - HEIGHT * i / TICKS;
      int x = WIDTH * i / TICKS;
      body.append(String.format("<path d='M0 %dH%d' stroke='#ddd'/>%n", y, WIDTH));
      text(-MARGIN + 5, y + 4, String.format(Locale.ROOT, "%.0f", top * i / TICKS));
      text(x - 10, HEIGHT + 20, String.format(Locale.ROOT, "%.0f", right * i / TICKS));
    }
    List<String> names = new ArrayList<>(lines.keySet());
    for (int i = 0; i < names.size(); i++) {
      line(names.get(i), lines.getOrDefault(names.get(i), List.of()), i, right, top);
    }
    body.append("</g>\n");
    return this;
  }

  private void line(String name, List<double[]> points, int index, double right, double top) {
    String colour = COLOURS.get(index % COLOURS.size());
    StringBuilder path = new StringBuilder();
    for (double[] point : points) {
      double x = WIDTH * point[0] / right;
      double y = HEIGHT - HEIGHT * point[1] / top;
      path.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
      body.append(
          String.format(
              Locale.ROOT, "<circle cx='%.1f' cy='%.1f' r='3' fill='%s'/>%n", x, y, colour));
    }
    body.append(String.format("<polyline points='%s' fill='none' stroke='%s'/>%n", path, colour));
    body.append(
        String.format(
            "<rect x='10' y='%d' width='10' height='10' fill='%s'/>%n", 18 * index, colour));
    text(26, 18 * index + 10, name);
  }

  private void text(int x, int y, String content) {
    body.append(String.format("<text x='%d' y='%d'>%s</text>%n", x, y, content));
  }

  private static double highest(Map<String, List<double[]>> lines, int coordinate) {
    return lines.values().stream()
        .flatMap(Collection::stream)
        .mapToDouble(point -> point[coordinate])
        .max()
        .orElse(1);
  }

  String svg() {
    return String.format(
        "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d'"
            + " font-family='sans-serif' font-size='12'>%n%s</svg>%n",
        panels * (WIDTH + 2 * MARGIN), HEIGHT + 2 * MARGIN, body);
  }
}
