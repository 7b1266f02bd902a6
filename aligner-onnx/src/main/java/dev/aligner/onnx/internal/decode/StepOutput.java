package dev.aligner.onnx.internal.decode;

import dev.aligner.FinishReason;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One output of greedy search or sampling on its way. Not thread-safe. */
final class StepOutput {

  private final int prompt;
  private final int padTokenId;
  private final SearchRequest.TokenListener listener;
  private final TokenSequence sequence;
  private final TokenChooser chooser;
  private final StopCriteria stop;
  private final int promptLength;
  private final @Nullable CopyDrafter drafter;
  private int row;
  private int steps;
  private int drafted;
  private DraftUsage drafts = DraftUsage.NONE;
  private Optional<FinishReason> ended = Optional.empty();
  private boolean abandoned;

  StepOutput(
      SearchRequest request, int prompt, int[] first, TokenChooser chooser, StopCriteria stop) {
    this.prompt = prompt;
    this.padTokenId = request.padTokenId();
    this.listener = request.listener();
    this.sequence = new TokenSequence(first);
    this.chooser = chooser;
    this.stop = stop;
    this.promptLength = first.length;
    this.row = prompt;
    this.drafter = drafter(request.drafts(), prompt);
  }

  private static @Nullable CopyDrafter drafter(Drafts drafts, int prompt) {
    return drafts.sources().isEmpty() || drafts.sources().get(prompt).length == 0
        ? null
        : new CopyDrafter(drafts.sources().get(prompt), drafts.history());
  }

  int row() {
    return row;
  }

  /** Has its tokens in another row from now on. */
  void moveTo(int newRow) {
    row = newRow;
  }

  boolean isOpen() {
    return ended.isEmpty() && !abandoned;
  }

  /** Gets no more tokens: nobody waits for them. */
  void abandon() {
    abandoned = true;
  }

  /** Returns how many tokens were written. */
  int written() {
    return sequence.written();
  }

  /** Returns how many steps it took part in until it ended. */
  int steps() {
    return steps;
  }

  /** Returns how many tokens may be written. */
  int mostTokens() {
    return stop.maxNewTokens();
  }

  /**
   * Fills in how many tokens this output is expected to get in a step, by the step's width.
   *
   * @param read how many of its tokens the cache holds
   * @param place whether that is asked of the place that the draft has come to
   * @param expected takes at index n the tokens of a step over n; index 0 is not filled
   */
  void expect(int read, CopyDrafter.Place place, double[] expected) {
    int known = written() - read;
    double[] accepted = new double[Math.max(1, expected.length - known)];
    if (drafter != null) {
      drafter.expect(place, accepted);
    }
    for (int width = 1; width < expected.length; width++) {
      expected[width] = width < known ? 0 : 1 + accepted[width - known];
    }
  }

  /** Tells up to which width a step serves this output. */
  int usefulWidth(int read) {
    return written() - read + (drafter == null ? 0 : drafter.available());
  }

  /**
   * Fills in what this output reads in a step: what it has got and has not read, its draft, and
   * padding.
   *
   * @param tokens the row
   * @param from where the row's step begins
   * @param width how many tokens it is wide
   * @param read how many of the written tokens the cache holds; -1 while it lacks the prompt's last
   */
  void fill(int[] tokens, int from, int width, int read) {
    int known = isOpen() ? Math.min(width, written() - read) : 0;
    drafted = 0;
    for (int i = 0; i < width; i++) {
      if (i < known) {
        tokens[from + i] = sequence.at(promptLength + read + i);
      } else if (isOpen() && drafter != null && i - known < drafter.available()) {
        tokens[from + i] = drafter.proposed(i - known);
        drafted++;
      } else {
        tokens[from + i] = padTokenId;
      }
    }
  }

  /**
   * Gets the tokens that a step writes: as many as it drafted right, and one more.
   *
   * @param scores the step's
   * @param read how many of the written tokens the cache held before it
   * @param width how many tokens it was wide
   */
  void take(Scores scores, int read, int width) {
    steps++;
    int position = written() - read - 1;
    int left = drafted;
    int accepted = 0;
    while (isOpen() && position < width) {
      int draft = left > 0 && drafter != null ? drafter.proposed(0) : -1;
      int token = write(scores, position);
      if (token != draft) {
        break;
      }
      accepted++;
      left--;
      position++;
    }
    drafts = drafts.plus(new DraftUsage(drafted, accepted));
    drafted = 0;
  }

  private int write(Scores scores, int position) {
    int token = chooser.choose(scores, row, position, sequence);
    sequence.append(token);
    if (drafter != null) {
      drafter.wrote(sequence);
    }
    ended = stop.check(sequence);
    listener.onToken(prompt, token);
    return token;
  }

  DecodedRow decoded() {
    return new DecodedRow(sequence.writtenIds(), ended.orElseThrow(), Double.NaN, drafts);
  }
}
