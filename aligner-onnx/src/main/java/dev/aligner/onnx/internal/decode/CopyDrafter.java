package dev.aligner.onnx.internal.decode;

import org.jspecify.annotations.Nullable;

/**
 * Proposes what an output goes on with: the tokens of its draft from the place that it has come to.
 * It follows the draft as long as the output does. Behind an edit it looks for the place where the
 * output meets the draft again, by the longest run of last tokens that stands there, near the edit
 * before far from it; and where there is none, it takes it that one token was replaced. State of
 * one output; not thread-safe.
 */
final class CopyDrafter {

  /* Aggressive decoding (Ge et al., 2022) goes on behind an edit where the last tokens, up to three,
   * stand in the source once; LLMA (Yang et al., 2023) at the first place of the last token; prompt
   * lookup at the last place of the last tokens, three down to one. Here the places compete, and how
   * much is drafted there depends on how often places of that kind were right (Acceptance).
   */

  /** Of which place of the draft something is asked. */
  enum Place {
    /** The one that the draft has come to, which may be a guess. */
    HERE,
    /** Any where the output is known to follow. */
    FOLLOWED
  }

  /** What an edit takes out is mostly shorter. */
  private static final int NEAR = 16;

  /** So many tokens may be proposed wherever the output is. */
  private static final int ALWAYS = 32;

  private static final int LONGEST_RUN = 8;
  private static final int NEAR_BONUS = 3;

  private final int[] source;
  private final Acceptance acceptance;

  /** The index in the source of the token that is proposed next. */
  private int at;

  /** Where the output left the source the last time. */
  private int leftAt;

  /** How many tokens the output has followed since then. */
  private int followed;

  /** Why the source is thought to go on at {@code at}; null once it did. */
  private @Nullable Anchor anchor = Anchor.START;

  CopyDrafter(int[] source, DraftHistory history) {
    this.source = source;
    this.acceptance = new Acceptance(history);
  }

  /**
   * Returns how many tokens can be proposed: no more than the output has just followed, so that
   * drafts double while nothing is edited, and an edit costs no more than what was gained before.
   */
  int available() {
    return Math.min(source.length - at, Math.max(ALWAYS, followed));
  }

  /** Returns a token to propose; the first is at 0. */
  int proposed(int index) {
    return source[at + index];
  }

  /**
   * Fills in how many of the next tokens are expected to be accepted, as {@link Acceptance} does.
   */
  void expect(Place place, double[] expected) {
    acceptance.expect(place == Place.HERE ? anchor : null, expected);
    for (int n = available() + 1; n < expected.length; n++) {
      expected[n] = expected[available()];
    }
  }

  /** Learns of a token that the output has got, drafted or not. */
  void wrote(TokenSequence sequence) {
    boolean right = at < source.length && source[at] == sequence.fromEnd(0);
    if (at < source.length) {
      if (anchor == null) {
        acceptance.followed(right);
      } else {
        acceptance.anchored(anchor, right);
      }
    }
    if (right) {
      anchor = null;
      at++;
      followed++;
    } else {
      boolean left = anchor == null;
      leftAt = left ? at : leftAt;
      followed = 0;
      meetAgain(sequence, left ? Anchor.REPLACEMENT : Anchor.LOST);
    }
  }

  private void meetAgain(TokenSequence sequence, Anchor otherwise) {
    int best = -1;
    int bestRun = 0;
    int bestScore = 0;
    boolean several = false;
    for (int end = 0; end < source.length; end++) {
      int run = run(sequence, end);
      if (run == 0) {
        continue;
      }
      several |= best >= 0;
      int score = 2 * run + (isNear(end) ? NEAR_BONUS : 0);
      if (score > bestScore) {
        best = end;
        bestRun = run;
        bestScore = score;
      }
    }
    if (best < 0 || (bestRun == 1 && several && !isNear(best))) {
      anchor = otherwise;
      at = Math.min(source.length, at + 1);
      return;
    }
    anchor = anchor(bestRun, isNear(best));
    at = best + 1;
  }

  /** Returns how many of the output's last tokens stand in the source before and at an index. */
  private int run(TokenSequence sequence, int end) {
    int run = 0;
    while (run < LONGEST_RUN
        && run < sequence.written()
        && run <= end
        && source[end - run] == sequence.fromEnd(run)) {
      run++;
    }
    return run;
  }

  private boolean isNear(int index) {
    return index >= leftAt && index < leftAt + NEAR;
  }

  private static Anchor anchor(int run, boolean near) {
    return switch (run) {
      case 1 -> near ? Anchor.TOKEN_NEAR : Anchor.TOKEN_FAR;
      case 2 -> near ? Anchor.PAIR_NEAR : Anchor.PAIR_FAR;
      default -> Anchor.PASSAGE;
    };
  }
}
