package dev.aligner.internal;

import dev.aligner.CorrectionUsage;
import dev.aligner.FinishReason;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Adds up what several passes cost. */
public final class Usages {

  private Usages() {}

  /**
   * Adds the usage of a later pass.
   *
   * @param first that of the passes before, if known
   * @param second that of the pass, if known
   * @return the sum; a figure that one of them does not tell is not in it
   */
  public static Optional<CorrectionUsage> sum(
      Optional<CorrectionUsage> first, Optional<CorrectionUsage> second) {
    if (first.isEmpty() || second.isEmpty()) {
      return first.isEmpty() ? second : first;
    }
    return Optional.of(sum(first.get(), second.get()));
  }

  private static CorrectionUsage sum(CorrectionUsage a, CorrectionUsage b) {
    CorrectionUsage.Builder sum = CorrectionUsage.builder(a.duration().plus(b.duration()));
    if (a.waitingTime().isPresent() && b.waitingTime().isPresent()) {
      sum.waitingTime(a.waitingTime().get().plus(b.waitingTime().get()));
    }
    add(a.promptTokens(), b.promptTokens(), sum::promptTokens);
    int[] ids =
        IntStream.concat(IntStream.of(a.outputTokenIds()), IntStream.of(b.outputTokenIds()))
            .toArray();
    if (ids.length > 0) {
      sum.outputTokenIds(ids);
    }
    add(a.outputTokens(), b.outputTokens(), sum::outputTokens);
    add(a.modelSteps(), b.modelSteps(), sum::modelSteps);
    if (a.draftedTokens().isPresent() && b.draftedTokens().isPresent()) {
      sum.draftedTokens(
          a.draftedTokens().getAsInt() + b.draftedTokens().getAsInt(),
          a.acceptedDraftTokens().orElse(0) + b.acceptedDraftTokens().orElse(0));
    }
    boolean cut =
        a.finishReason().filter(FinishReason.LENGTH::equals).isPresent()
            || b.finishReason().filter(FinishReason.LENGTH::equals).isPresent();
    if (cut) {
      sum.finishReason(FinishReason.LENGTH);
    } else {
      b.finishReason().ifPresent(sum::finishReason);
    }
    return sum.build();
  }

  private static void add(OptionalInt a, OptionalInt b, IntConsumer sum) {
    if (a.isPresent() && b.isPresent()) {
      sum.accept(a.getAsInt() + b.getAsInt());
    }
  }
}
