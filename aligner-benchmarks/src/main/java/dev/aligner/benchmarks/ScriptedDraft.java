package dev.aligner.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Drafts at a stated distance from an output. A model with random weights repeats no draft, so the
 * draft is made from what the model writes: a run of up to four tokens is replaced, put in or left
 * out, at random places, until the stated share of tokens is edited.
 */
final class ScriptedDraft {

  private static final int LONGEST_RUN = 4;
  private static final int REPLACED = 1;
  private static final int LEFT_OUT = 2;

  /** This and the number of tokens that stand in the draft before the marked one. */
  private static final int PUT_IN = 3;

  private final Random random;
  private final int firstId;
  private final int endId;

  /**
   * Makes a source of drafts.
   *
   * @param firstId the lowest of the ids that take the place of others
   * @param endId the one after the highest
   */
  ScriptedDraft(long seed, int firstId, int endId) {
    this.random = new Random(seed);
    this.firstId = firstId;
    this.endId = endId;
  }

  /**
   * Makes a draft.
   *
   * @param ratio the edited tokens over those of the output; at 1 nothing is kept
   */
  int[] of(int[] output, double ratio) {
    if (ratio >= 1) {
      return strangers(output.length);
    }
    int[] marks = marks(output.length, (int) Math.round(ratio * output.length));
    List<Integer> draft = new ArrayList<>();
    for (int i = 0; i < output.length; i++) {
      if (marks[i] >= PUT_IN) {
        for (int extra = marks[i] - PUT_IN; extra > 0; extra--) {
          draft.add(stranger());
        }
        draft.add(output[i]);
      } else if (marks[i] == REPLACED) {
        draft.add(stranger());
      } else if (marks[i] != LEFT_OUT) {
        draft.add(output[i]);
      }
    }
    return draft.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Marks runs that do not touch each other. Few places may be left at high ratios: then fewer. */
  private int[] marks(int length, int edits) {
    int[] marks = new int[length];
    int left = edits;
    for (int attempt = 0; left > 0 && attempt < 100 * length; attempt++) {
      int run = Math.min(left, 1 + random.nextInt(LONGEST_RUN));
      int start = random.nextInt(Math.max(1, length - run + 1));
      int kind = REPLACED + random.nextInt(PUT_IN);
      if (isFree(marks, start - 1, start + run + 1)) {
        if (kind == PUT_IN) {
          marks[start] = PUT_IN + run;
        } else {
          Arrays.fill(marks, start, Math.min(length, start + run), kind);
        }
        left -= run;
      }
    }
    return marks;
  }

  private static boolean isFree(int[] marks, int from, int to) {
    for (int i = Math.max(0, from); i < Math.min(marks.length, to); i++) {
      if (marks[i] != 0) {
        return false;
      }
    }
    return true;
  }

  int[] strangers(int count) {
    return random.ints(count, firstId, endId).toArray();
  }

  private int stranger() {
    return firstId + random.nextInt(endId - firstId);
  }
}
