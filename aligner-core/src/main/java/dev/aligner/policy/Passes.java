package dev.aligner.policy;

import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.CorrectionOutcome;
import dev.aligner.CorrectionRequest;
import dev.aligner.CorrectionUsage;
import dev.aligner.DeadlineExceededException;
import dev.aligner.internal.Usages;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks the cache, else the aligner, until nothing changes. Thread-safe. */
final class Passes {

  private final Aligner aligner;
  private final int most;
  private final @Nullable Duration timeout;
  private final @Nullable CorrectionCache cache;
  private final String fingerprint;

  private Passes(Aligner aligner, AlignmentPolicy policy, String fingerprint) {
    this.aligner = aligner;
    this.most = policy.maxPasses();
    this.timeout = policy.timeout().orElse(null);
    this.cache = policy.cache().orElse(null);
    this.fingerprint = fingerprint;
  }

  static Passes of(Aligner aligner, AlignmentPolicy policy) {
    String fingerprint = policy.cache().isEmpty() ? "" : fingerprint(aligner);
    return new Passes(aligner, policy, fingerprint);
  }

  private static String fingerprint(Aligner aligner) {
    return aligner
        .fingerprint()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "expected an aligner that tells what its corrections depend on, since the"
                        + " policy has a cache; found that fingerprint() of "
                        + aligner.getClass().getName()
                        + " is empty. Fix: override it, choose decoding without sampling, or leave"
                        + " the cache out"));
  }

  /**
   * What came of it.
   *
   * @param correction of the first request into the last pass's text
   * @param skipped why the aligner left the answer alone, or null
   * @param asked how often it was asked
   */
  record Written(Correction correction, @Nullable String skipped, int asked) {}

  Written run(CorrectionRequest request, long start, @Nullable LiveText live) {
    String text = request.answer();
    Correction single = null;
    Optional<CorrectionUsage> usage = Optional.empty();
    int asked = 0;
    for (int pass = 1; pass <= most; pass++) {
      CorrectionRequest next = pass == 1 ? request : request.withAnswer(text);
      String known = find(next);
      if (known == null) {
        Correction correction = ask(next, start, live);
        asked++;
        if (correction.outcome() instanceof CorrectionOutcome.Skipped skipped) {
          if (pass == 1) {
            return new Written(correction, skipped.reason().name().toLowerCase(Locale.ROOT), 1);
          }
          break;
        }
        known = correction.text();
        usage = Usages.sum(usage, correction.usage());
        single = pass == 1 ? correction : null;
        remember(next, known);
      } else {
        single = null;
        if (live != null) {
          live.finish(known);
        }
      }
      if (known.equals(text)) {
        break;
      }
      text = known;
    }
    return new Written(whole(request, text, single, usage), null, asked);
  }

  /** The engine's own correction has the alternatives as well. */
  private static Correction whole(
      CorrectionRequest request,
      String text,
      @Nullable Correction single,
      Optional<CorrectionUsage> usage) {
    if (single != null
        && single.request().answer().equals(request.answer())
        && single.text().equals(text)) {
      return single;
    }
    Correction correction = Correction.of(request, text);
    return usage.map(correction::withUsage).orElse(correction);
  }

  private Correction ask(CorrectionRequest request, long start, @Nullable LiveText live) {
    CorrectionRequest bounded =
        timeout == null ? request : request.withTimeout(left(start, timeout));
    Correction correction =
        Objects.requireNonNull(
            live == null ? aligner.correct(bounded) : aligner.correct(bounded, live),
            "the aligner returned null");
    if (correction.outcome() instanceof CorrectionOutcome.Failed failed) {
      throw failed.exception();
    }
    if (live != null) {
      live.finish(correction.text());
    }
    return correction;
  }

  private static Duration left(long start, Duration timeout) {
    Duration left = timeout.minusNanos(System.nanoTime() - start);
    if (left.isNegative() || left.isZero()) {
      throw new DeadlineExceededException(timeout);
    }
    return left;
  }

  private @Nullable String find(CorrectionRequest request) {
    return cache == null ? null : cache.find(CorrectionKey.of(fingerprint, request)).orElse(null);
  }

  private void remember(CorrectionRequest request, String text) {
    if (cache != null) {
      cache.put(CorrectionKey.of(fingerprint, request), text);
    }
  }
}
