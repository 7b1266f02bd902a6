package dev.aligner.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Which tokens of an output are copies of which tokens of its draft. Immutable. */
final class Alignment {

  private static final int NOT_COPIED = -1;

  private final int[] sources;
  private final double editRatio;

  private Alignment(int[] sources, double editRatio) {
    this.sources = sources;
    this.editRatio = editRatio;
  }

  /** Aligns along a path of least edits: substitutions, insertions and deletions of one token. */
  static Alignment of(int[] output, int[] draft) {
    int[][] edits = edits(output, draft);
    int[] sources = new int[output.length];
    Arrays.fill(sources, NOT_COPIED);
    int i = 0;
    int j = 0;
    while (i < output.length && j < draft.length) {
      if (output[i] == draft[j] && edits[i][j] == edits[i + 1][j + 1]) {
        sources[i++] = j++;
      } else if (edits[i][j] == edits[i + 1][j + 1] + 1) {
        i++;
        j++;
      } else if (edits[i][j] == edits[i + 1][j] + 1) {
        i++;
      } else {
        j++;
      }
    }
    int longer = Math.max(1, Math.max(output.length, draft.length));
    return new Alignment(sources, edits[0][0] / (double) longer);
  }

  /** The least edits between what follows each pair of positions. */
  private static int[][] edits(int[] output, int[] draft) {
    int[][] edits = new int[output.length + 1][draft.length + 1];
    for (int i = output.length; i >= 0; i--) {
      for (int j = draft.length; j >= 0; j--) {
        if (i == output.length || j == draft.length) {
          edits[i][j] = output.length - i + draft.length - j;
        } else if (output[i] == draft[j]) {
          edits[i][j] = edits[i + 1][j + 1];
        } else {
          edits[i][j] =
              1 + Math.min(edits[i + 1][j + 1], Math.min(edits[i + 1][j], edits[i][j + 1]));
        }
      }
    }
    return edits;
  }

  /** Returns the edits in tokens over the length of the longer text. */
  double editRatio() {
    return editRatio;
  }

  /**
   * Returns the widths of the steps of a decoder that knows where each copy ends. A step reads the
   * last token and a run of copies, and so writes the run and the one token after it, which is the
   * model's own.
   */
  List<Integer> clairvoyantSteps() {
    List<Integer> widths = new ArrayList<>();
    int at = 0;
    while (at < sources.length) {
      int width = Math.min(runAt(at) + 1, sources.length - at);
      widths.add(width);
      at += width;
    }
    return widths;
  }

  private int runAt(int start) {
    int end = start;
    while (end < sources.length
        && sources[end] != NOT_COPIED
        && sources[end] == sources[start] + end - start) {
      end++;
    }
    return end - start;
  }
}
