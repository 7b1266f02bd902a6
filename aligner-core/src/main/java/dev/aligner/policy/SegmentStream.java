package dev.aligner.policy;

import dev.aligner.event.AlignmentEvent;
import dev.aligner.event.Exchange;
import java.nio.CharBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Corrects an answer segment by segment while it comes in. Not thread-safe. */
final class SegmentStream implements AlignmentStream {

  /**
   * A segment that goes on and on is looked at again when it has grown by one part in so many, or a
   * stream of single characters would take quadratic time.
   */
  private static final int LOOKS = 32;

  private final Pipeline pipeline;
  private final long id;
  private AlignmentContext context;
  private final SegmentRule rule;
  private final Consumer<String> onText;
  private final StringBuilder waiting = new StringBuilder();
  private final StringBuilder shown = new StringBuilder();
  private int segments;
  private int nextLook = 1;
  private boolean ended;
  private AlignmentEvent.@Nullable Ended last;

  SegmentStream(
      Pipeline pipeline,
      long id,
      AlignmentContext context,
      SegmentRule rule,
      Consumer<String> onText) {
    this.pipeline = pipeline;
    this.id = id;
    this.context = context;
    this.rule = rule;
    this.onText = onText;
  }

  @Override
  public void add(String part) {
    Streams.requireOpen(ended);
    waiting.append(Objects.requireNonNull(part, "part"));
    cut(false);
  }

  @Override
  public AlignmentResult complete() {
    return complete(context);
  }

  @Override
  public AlignmentResult complete(AlignmentContext context) {
    Streams.requireOpen(ended);
    this.context = context;
    cut(true);
    ended = true;
    return new AlignmentResult(shown.toString(), Arm.ALIGNED, Optional.ofNullable(last));
  }

  @Override
  public void fail() {
    if (!ended) {
      ended = true;
      pipeline.skip(exchange(waiting.toString()), "upstream_failed");
    }
  }

  /** An exception ends the stream: the flag is taken back only where there was none. */
  private void cut(boolean complete) {
    if (!complete && waiting.length() < nextLook) {
      return;
    }
    ended = true;
    CharBuffer text = CharBuffer.wrap(waiting);
    int from = 0;
    while (from < text.length()) {
      CharSequence rest = text.subSequence(from, text.length());
      int end = rule.firstEnd(rest, complete);
      if (end < 0 && !complete) {
        break;
      }
      int length = end < 0 ? rest.length() : end;
      show(rest.subSequence(0, length).toString());
      from += length;
    }
    waiting.delete(0, from);
    nextLook = waiting.length() + 1 + waiting.length() / LOOKS;
    ended = false;
  }

  /** Whitespace around a segment is never the aligner's. */
  private void show(String segment) {
    String core = segment.strip();
    if (core.isEmpty()) {
      give(segment);
      return;
    }
    int from = segment.indexOf(core);
    long start = System.nanoTime();
    last = pipeline.run(exchange(core), shown.toString(), start, null);
    String text = Pipeline.textOrThrow(last);
    give(segment.substring(0, from) + text + segment.substring(from + core.length()));
  }

  private void give(String text) {
    if (!text.isEmpty()) {
      shown.append(text);
      onText.accept(text);
    }
  }

  private Exchange exchange(String original) {
    return new Exchange(id, context, original, Arm.ALIGNED, OptionalInt.of(segments++));
  }
}
