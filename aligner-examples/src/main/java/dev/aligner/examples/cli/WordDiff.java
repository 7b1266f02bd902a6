package dev.aligner.examples.cli;

import com.github.difflib.DiffUtils;
import com.github.difflib.patch.AbstractDelta;
import com.github.difflib.patch.DeltaType;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The difference between two texts, word by word. The kept and the removed parts make up the first
 * text, the kept and the added ones the second, character by character.
 *
 * <p>Immutable and thread-safe.
 */
final class WordDiff {

  private static final Pattern TOKEN =
      Pattern.compile("[\\p{L}\\p{M}\\p{N}'’_]+|\\s+|.", Pattern.DOTALL);

  private final List<Part> parts;

  private WordDiff(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  /** What became of a part. */
  enum Kind {
    KEPT,
    REMOVED,
    ADDED
  }

  /**
   * A part of either text.
   *
   * @param kind what became of it
   * @param text its characters, never none
   */
  record Part(Kind kind, String text) {}

  /** Compares two texts. */
  static WordDiff between(String before, String after) {
    Builder builder = new Builder();
    for (AbstractDelta<String> delta :
        DiffUtils.diff(tokens(before), tokens(after), /* includeEqualParts= */ true).getDeltas()) {
      String source = String.join("", delta.getSource().getLines());
      if (delta.getType() == DeltaType.EQUAL) {
        builder.keep(source);
      } else {
        builder.change(source, String.join("", delta.getTarget().getLines()));
      }
    }
    return new WordDiff(builder.build());
  }

  private static List<String> tokens(String text) {
    List<String> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(text);
    while (matcher.find()) {
      tokens.add(matcher.group());
    }
    return tokens;
  }

  /** Returns the parts in the order of the texts, what was removed before what was added. */
  List<Part> parts() {
    return parts;
  }

  /** Joins what belongs together: two changed words and the blank between them are one change. */
  private static final class Builder {

    private final List<Part> parts = new ArrayList<>();
    private final StringBuilder removed = new StringBuilder();
    private final StringBuilder added = new StringBuilder();
    private String kept = "";

    void keep(String text) {
      kept = kept + text;
    }

    void change(String before, String after) {
      boolean both = removed.length() > 0 && added.length() > 0;
      if (both && !before.isEmpty() && !after.isEmpty() && kept.equals(" ")) {
        removed.append(kept);
        added.append(kept);
        kept = "";
      } else if (!kept.isEmpty()) {
        flush();
      }
      removed.append(before);
      added.append(after);
    }

    List<Part> build() {
      flush();
      return parts;
    }

    private void flush() {
      add(Kind.REMOVED, removed.toString());
      add(Kind.ADDED, added.toString());
      add(Kind.KEPT, kept);
      removed.setLength(0);
      added.setLength(0);
      kept = "";
    }

    private void add(Kind kind, String text) {
      if (!text.isEmpty()) {
        parts.add(new Part(kind, text));
      }
    }
  }
}
