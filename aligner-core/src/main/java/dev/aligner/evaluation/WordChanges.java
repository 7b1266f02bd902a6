package dev.aligner.evaluation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What was removed and added between two texts, word by word: a longest common subsequence of
 * words, blanks and signs. The kept and the removed parts make up the first text, the kept and the
 * added ones the second, character by character.
 */
final class WordChanges {

  private static final Pattern TOKEN =
      Pattern.compile("[\\p{L}\\p{M}\\p{N}'\u2019_]+|\\s+|.", Pattern.DOTALL);

  /** Longer texts are compared as a whole between what they begin and end with alike. */
  private static final long MOST_CELLS = 4_000_000;

  private WordChanges() {}

  /** What became of a part. */
  enum Kind {
    KEPT,
    REMOVED,
    ADDED
  }

  /** A part of either text. */
  record Part(Kind kind, String text) {}

  static List<Part> between(String before, String after) {
    List<String> a = tokens(before);
    List<String> b = tokens(after);
    int start = 0;
    while (start < a.size() && start < b.size() && a.get(start).equals(b.get(start))) {
      start++;
    }
    int endA = a.size();
    int endB = b.size();
    while (endA > start && endB > start && a.get(endA - 1).equals(b.get(endB - 1))) {
      endA--;
      endB--;
    }
    Parts parts = new Parts();
    parts.add(Kind.KEPT, String.join("", a.subList(0, start)));
    middle(a.subList(start, endA), b.subList(start, endB), parts);
    parts.add(Kind.KEPT, String.join("", a.subList(endA, a.size())));
    return parts.done();
  }

  private static List<String> tokens(String text) {
    List<String> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(text);
    while (matcher.find()) {
      tokens.add(matcher.group());
    }
    return tokens;
  }

  private static void middle(List<String> a, List<String> b, Parts parts) {
    if ((long) a.size() * b.size() > MOST_CELLS) {
      parts.add(Kind.REMOVED, String.join("", a));
      parts.add(Kind.ADDED, String.join("", b));
      return;
    }
    Map<String, Integer> ids = new HashMap<>();
    int[] from = a.stream().mapToInt(t -> ids.computeIfAbsent(t, x -> ids.size())).toArray();
    int[] to = b.stream().mapToInt(t -> ids.computeIfAbsent(t, x -> ids.size())).toArray();
    int[][] common = common(from, to);
    int i = 0;
    int j = 0;
    while (i < from.length || j < to.length) {
      if (i < from.length && j < to.length && from[i] == to[j]) {
        parts.add(Kind.KEPT, a.get(i++));
        j++;
      } else if (j == to.length || (i < from.length && common[i + 1][j] >= common[i][j + 1])) {
        parts.add(Kind.REMOVED, a.get(i++));
      } else {
        parts.add(Kind.ADDED, b.get(j++));
      }
    }
  }

  /** The length of the longest common subsequence behind each pair of places. */
  private static int[][] common(int[] a, int[] b) {
    int[][] common = new int[a.length + 1][b.length + 1];
    for (int i = a.length - 1; i >= 0; i--) {
      for (int j = b.length - 1; j >= 0; j--) {
        common[i][j] =
            a[i] == b[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    return common;
  }

  /** Joins what belongs together: two changed words and the blank between them are one change. */
  private static final class Parts {

    private final List<Part> parts = new ArrayList<>();
    private final StringBuilder removed = new StringBuilder();
    private final StringBuilder added = new StringBuilder();
    private final StringBuilder kept = new StringBuilder();

    void add(Kind kind, String text) {
      if (text.isEmpty()) {
        return;
      }
      if (kind == Kind.KEPT) {
        kept.append(text);
        return;
      }
      boolean both = removed.length() > 0 && added.length() > 0;
      if (kept.length() > 0 && both && kept.toString().isBlank()) {
        removed.append(kept);
        added.append(kept);
        kept.setLength(0);
      } else if (kept.length() > 0) {
        flush();
      }
      (kind == Kind.REMOVED ? removed : added).append(text);
    }

    List<Part> done() {
      flush();
      return parts;
    }

    private void flush() {
      put(Kind.REMOVED, removed);
      put(Kind.ADDED, added);
      put(Kind.KEPT, kept);
    }

    private void put(Kind kind, StringBuilder text) {
      if (text.length() > 0) {
        parts.add(new Part(kind, text.toString()));
        text.setLength(0);
      }
    }
  }
}
