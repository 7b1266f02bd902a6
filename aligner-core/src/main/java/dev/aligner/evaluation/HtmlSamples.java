package dev.aligner.evaluation;

import java.util.List;
import java.util.Optional;

/** The sampled rows of the page, with what was removed and added. */
final class HtmlSamples {

  /** So many characters of a text are shown. */
  private static final int MOST = 4000;

  /** From this edit ratio on, two texts are shown one behind the other. */
  private static final double REWRITE = 0.8;

  private HtmlSamples() {}

  static void append(Html page, List<SampledRow> samples) {
    if (samples.isEmpty()) {
      return;
    }
    page.raw("<section>\n<h2>Rows to look at</h2>\n<p class=\"muted\">");
    page.raw("Drawn at random, a few of each kind. <del>Removed</del> and <ins>added</ins>");
    page.raw(" words are marked in the answer.</p>\n");
    Optional<SampledRow.Kind> last = Optional.empty();
    for (SampledRow sample : samples) {
      if (!last.equals(Optional.of(sample.kind()))) {
        page.element("<h3>", title(sample.kind())).raw("\n");
        last = Optional.of(sample.kind());
      }
      article(page, sample);
    }
    page.raw("</section>\n");
  }

  private static void article(Html page, SampledRow sample) {
    EvaluationRow row = sample.row();
    page.raw("<article>\n<p class=\"tags\">");
    tag(page, "row " + row.id());
    row.group().ifPresent(group -> tag(page, group));
    row.label().ifPresent(label -> tag(page, label));
    tag(page, "edit ratio " + Html.number(sample.editRatio(), 2));
    sample.judgement().ifPresent(judgement -> tag(page, "judge: " + JsonNames.lower(judgement)));
    page.raw("</p>\n");
    if (!row.question().isBlank()) {
      page.element("<p class=\"q\" dir=\"auto\">", shortened(row.question())).raw("\n");
    }
    page.raw("<p class=\"a\" dir=\"auto\">");
    for (WordChanges.Part part : changes(sample)) {
      switch (part.kind()) {
        case KEPT -> page.text(part.text());
        case REMOVED -> page.element("<del>", part.text());
        case ADDED -> page.element("<ins>", part.text());
      }
    }
    page.raw("</p>\n</article>\n");
  }

  /** Of a rewrite, what happens to stand in both texts tells a reader nothing. */
  private static List<WordChanges.Part> changes(SampledRow sample) {
    String before = shortened(sample.row().answer());
    String after = shortened(sample.row().shown());
    return sample.editRatio() < REWRITE
        ? WordChanges.between(before, after)
        : List.of(
            new WordChanges.Part(WordChanges.Kind.REMOVED, before),
            new WordChanges.Part(WordChanges.Kind.ADDED, after));
  }

  private static void tag(Html page, String text) {
    page.element("<span>", HtmlTables.cut(text, 80));
  }

  private static String shortened(String text) {
    return text.length() <= MOST
        ? text
        : text.substring(0, MOST) + " \u2026 (" + (text.length() - MOST) + " more characters)";
  }

  private static String title(SampledRow.Kind kind) {
    return switch (kind) {
      case REFUSAL_UNDONE -> "Refusals undone";
      case REFUSAL_INTRODUCED -> "Became refusals";
      case LOSS -> "Worse, says the judge";
      case GOOD_CHANGED -> "Good answers that were changed";
      case BAD_KEPT -> "Bad answers that were left, or nearly";
      case CHANGED -> "Other changes";
    };
  }
}
