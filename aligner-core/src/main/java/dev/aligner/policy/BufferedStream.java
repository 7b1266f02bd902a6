package dev.aligner.policy;

import java.util.Objects;
import java.util.function.Consumer;

/** Shows nothing before the answer is whole. Not thread-safe. */
final class BufferedStream implements AlignmentStream {

  private final AlignmentContext context;
  private final Consumer<String> onText;
  private final boolean live;
  private final AnswerAligner answers;
  private final StringBuilder answer = new StringBuilder();
  private boolean shown;
  private boolean ended;

  BufferedStream(
      AlignmentContext context, Consumer<String> onText, boolean live, AnswerAligner answers) {
    this.context = context;
    this.onText = onText;
    this.live = live;
    this.answers = answers;
  }

  @Override
  public void add(String part) {
    Streams.requireOpen(ended);
    answer.append(Objects.requireNonNull(part, "part"));
  }

  @Override
  public AlignmentResult complete() {
    return complete(context);
  }

  @Override
  public AlignmentResult complete(AlignmentContext context) {
    Streams.requireOpen(ended);
    ended = true;
    AlignmentResult result = answers.align(context, answer.toString(), live ? this::show : null);
    if (!shown && !result.text().isEmpty()) {
      show(result.text());
    }
    return result;
  }

  @Override
  public void fail() {
    if (!ended) {
      ended = true;
      answers.brokenOff(context, answer.toString());
    }
  }

  private void show(String part) {
    shown = true;
    onText.accept(part);
  }
}
