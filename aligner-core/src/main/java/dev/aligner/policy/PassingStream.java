package dev.aligner.policy;

import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** Shows the answer as it comes in. Not thread-safe. */
final class PassingStream implements AlignmentStream {

  private final AlignmentContext context;
  private final Consumer<String> onText;
  private final AnswerAligner answers;
  private final BiFunction<AlignmentContext, String, AlignmentResult> whole;
  private final StringBuilder answer = new StringBuilder();
  private boolean ended;

  /**
   * Opens a stream.
   *
   * @param context what is known of the answer
   * @param onText sees it
   * @param answers hears of one that broke off
   * @param whole is given the whole answer in the end
   */
  PassingStream(
      AlignmentContext context,
      Consumer<String> onText,
      AnswerAligner answers,
      BiFunction<AlignmentContext, String, AlignmentResult> whole) {
    this.context = context;
    this.onText = onText;
    this.answers = answers;
    this.whole = whole;
  }

  @Override
  public void add(String part) {
    Streams.requireOpen(ended);
    answer.append(Objects.requireNonNull(part, "part"));
    if (part.isEmpty()) {
      return;
    }
    ended = true;
    onText.accept(part);
    ended = false;
  }

  @Override
  public AlignmentResult complete() {
    return complete(context);
  }

  @Override
  public AlignmentResult complete(AlignmentContext context) {
    Streams.requireOpen(ended);
    ended = true;
    return whole.apply(context, answer.toString());
  }

  @Override
  public void fail() {
    if (!ended) {
      ended = true;
      answers.brokenOff(context, answer.toString());
    }
  }
}
