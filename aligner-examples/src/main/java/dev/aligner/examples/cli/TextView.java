package dev.aligner.examples.cli;

import dev.aligner.Correction;
import dev.aligner.CorrectionOutcome;
import dev.aligner.CorrectionUsage;
import dev.aligner.internal.jsonl.Outcome;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import picocli.CommandLine.Help.Ansi;

/**
 * Shows a correction to a person: the question, the answer with what was removed and added, and a
 * line of figures. Immutable and thread-safe.
 */
final class TextView {

  private static final String REMOVED = "\u001b[9;31m";
  private static final String ADDED = "\u001b[1;32m";
  private static final String FAINT = "\u001b[2m";
  private static final String RESET = "\u001b[0m";

  // An answer must not be able to steer the terminal.
  private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x08\\x0B-\\x1F\\x7F-\\x9F]");

  private final Color color;

  /** When to use colours. */
  enum Color {
    /** On a terminal, unless the variable NO_COLOR is set. */
    AUTO,
    ALWAYS,
    NEVER
  }

  TextView(Color color) {
    this.color = color;
  }

  private boolean isColored() {
    return switch (color) {
      case AUTO -> Ansi.AUTO.enabled();
      case ALWAYS -> true;
      case NEVER -> false;
    };
  }

  /** Returns the view of a correction, a line feed at its end. */
  String render(Correction correction) {
    StringBuilder view = new StringBuilder();
    String question = correction.request().query();
    if (!question.isEmpty()) {
      view.append("Q: ").append(printable(question)).append('\n');
    }
    view.append("A: ");
    WordDiff.between(correction.request().answer(), correction.text())
        .parts()
        .forEach(part -> append(view, part));
    String figures = "   (" + figures(correction) + ")";
    return view.append('\n').append(styled(FAINT, figures)).append('\n').toString();
  }

  private void append(StringBuilder view, WordDiff.Part part) {
    String text = printable(part.text());
    view.append(
        switch (part.kind()) {
          case KEPT -> text;
          case REMOVED -> isColored() ? styled(REMOVED, text) : "[-" + text + "-]";
          case ADDED -> isColored() ? styled(ADDED, text) : "{+" + text + "+}";
        });
  }

  private String styled(String style, String text) {
    return isColored() ? style + text + RESET : text;
  }

  /** Takes out what could steer a terminal. */
  static String printable(String text) {
    return CONTROL.matcher(text).replaceAll("\uFFFD");
  }

  private static String figures(Correction correction) {
    StringBuilder line = new StringBuilder(Outcome.of(correction.outcome()).lowerCase());
    if (correction.outcome() instanceof CorrectionOutcome.Skipped skipped) {
      line.append(": ").append(CorrectionJson.lowerCase(skipped.reason()));
    } else if (correction.outcome() instanceof CorrectionOutcome.Failed failed) {
      line.append(": ").append(CorrectionJson.message(failed.exception()));
    }
    line.append(String.format(Locale.ROOT, ", edit ratio %.2f", correction.editRatio()));
    correction.usage().ifPresent(usage -> append(line, usage));
    return line.toString();
  }

  private static void append(StringBuilder line, CorrectionUsage usage) {
    append(line, usage.promptTokens(), "tokens read");
    append(line, usage.outputTokens(), "tokens written");
    append(line, usage.modelSteps(), "steps");
    if (usage.draftedTokens().orElse(0) > 0) {
      line.append(", ")
          .append(usage.acceptedDraftTokens().orElse(0))
          .append(" of ")
          .append(usage.draftedTokens().getAsInt())
          .append(" drafted tokens accepted");
    }
    line.append(", ").append(usage.duration().toMillis()).append(" ms");
  }

  private static void append(StringBuilder line, OptionalInt figure, String unit) {
    figure.ifPresent(value -> line.append(", ").append(value).append(' ').append(unit));
  }
}
