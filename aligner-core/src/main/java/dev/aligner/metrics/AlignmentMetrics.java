package dev.aligner.metrics;

import dev.aligner.CorrectionUsage;
import dev.aligner.event.AlignmentEvent;
import dev.aligner.event.AlignmentListener;
import dev.aligner.event.Exchange;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A listener that counts and times corrections by Micrometer.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>name</th><th>type</th><th>tags</th><th>what</th></tr>
 * <tr><td>{@code aligner.answers}</td><td>counter</td><td>{@code outcome}, {@code reason}, {@code
 * arm}</td><td>answers, or segments of streams, by what became of them</td></tr>
 * <tr><td>{@code aligner.correction.duration}</td><td>timer</td><td>{@code outcome}, {@code
 * arm}</td><td>from the answer's arrival to the end, but for what was skipped</td></tr>
 * <tr><td>{@code aligner.queue.duration}</td><td>timer</td><td></td><td>the part of it spent waiting
 * for the model, where the engine tells</td></tr>
 * <tr><td>{@code aligner.edit.ratio}</td><td>summary</td><td>{@code outcome}, {@code
 * arm}</td><td>{@link dev.aligner.Correction#editRatio()}, 0 where an answer was kept</td></tr>
 * <tr><td>{@code gen_ai.client.operation.duration}</td><td>timer</td><td>{@code
 * gen_ai.operation.name}, {@code gen_ai.provider.name}, {@code gen_ai.request.model}, {@code
 * error.type}</td><td>as OpenTelemetry's conventions for generative AI name it; only where the aligner
 * was asked</td></tr>
 * <tr><td>{@code gen_ai.client.token.usage}</td><td>summary</td><td>the same but the last, and {@code
 * gen_ai.token.type}, {@code input} or {@code output}</td><td>tokens, where the engine tells</td></tr>
 * </table>
 *
 * <p>The tag {@code reason} is {@code none} where there is none, and {@code other} from the 101st
 * reason on. No tag holds a text or a key. Histograms and percentiles are published as the
 * registry's filters say; {@code aligner.edit.ratio} asks for buckets.
 *
 * <p>Needs {@code io.micrometer:micrometer-core} on the class path. Thread-safe.
 */
public final class AlignmentMetrics implements AlignmentListener {

  private static final int MOST_REASONS = 100;
  private static final String NONE = "none";

  private final MeterRegistry registry;
  private final Tags genAi;
  private final Set<String> reasons = ConcurrentHashMap.newKeySet();

  private AlignmentMetrics(MeterRegistry registry, String model) {
    this.registry = registry;
    this.genAi =
        Tags.of(
            "gen_ai.operation.name", "correct",
            "gen_ai.provider.name", "aligner",
            "gen_ai.request.model", model);
  }

  /**
   * Makes a listener.
   *
   * @param registry takes the meters
   * @param model the name of the aligner's model, for the tag {@code gen_ai.request.model}
   * @return the listener
   */
  public static AlignmentMetrics of(MeterRegistry registry, String model) {
    return new AlignmentMetrics(
        Objects.requireNonNull(registry, "registry"), Objects.requireNonNull(model, "model"));
  }

  @Override
  public void onEvent(AlignmentEvent event) {
    if (event instanceof AlignmentEvent.Ended ended) {
      record(ended, Summary.of(ended));
    }
  }

  private void record(AlignmentEvent.Ended event, Summary summary) {
    Exchange exchange = event.exchange();
    Tags arm = Tags.of("arm", exchange.arm().name().toLowerCase(Locale.ROOT));
    Tags outcome = arm.and("outcome", summary.outcome);
    registry.counter("aligner.answers", outcome.and("reason", known(summary.reason))).increment();
    if (event instanceof AlignmentEvent.Skipped) {
      return;
    }
    timer("aligner.correction.duration", outcome).record(event.duration());
    if (summary.editRatio.isPresent()) {
      editRatio(outcome).record(summary.editRatio.getAsDouble());
    }
    if (summary.asked) {
      recordGenAi(event.duration(), summary);
    }
  }

  private void recordGenAi(Duration duration, Summary summary) {
    Tags error = summary.errorType.map(type -> genAi.and("error.type", type)).orElse(genAi);
    timer("gen_ai.client.operation.duration", error).record(duration);
    if (summary.usage.isPresent()) {
      CorrectionUsage usage = summary.usage.get();
      tokens("input", usage.promptTokens());
      tokens("output", usage.outputTokens());
      if (usage.waitingTime().isPresent()) {
        timer("aligner.queue.duration", Tags.empty()).record(usage.waitingTime().get());
      }
    }
  }

  private void tokens(String type, OptionalInt count) {
    if (count.isPresent()) {
      DistributionSummary.builder("gen_ai.client.token.usage")
          .baseUnit("token")
          .tags(genAi.and("gen_ai.token.type", type))
          .register(registry)
          .record(count.getAsInt());
    }
  }

  private Timer timer(String name, Tags tags) {
    return registry.timer(name, tags);
  }

  private DistributionSummary editRatio(Tags tags) {
    return DistributionSummary.builder("aligner.edit.ratio")
        .serviceLevelObjectives(0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 2, 4)
        .tags(tags)
        .register(registry);
  }

  private String known(String reason) {
    if (reasons.contains(reason)) {
      return reason;
    }
    return reasons.size() < MOST_REASONS && reasons.add(reason) ? reason : "other";
  }

  /** What the meters need of an event. */
  private record Summary(
      String outcome,
      String reason,
      OptionalDouble editRatio,
      boolean asked,
      Optional<String> errorType,
      Optional<CorrectionUsage> usage) {

    static Summary of(AlignmentEvent.Ended event) {
      if (event instanceof AlignmentEvent.Corrected corrected) {
        return new Summary(
            "corrected",
            NONE,
            OptionalDouble.of(corrected.correction().editRatio()),
            corrected.passes() > 0,
            Optional.empty(),
            corrected.correction().usage());
      }
      if (event instanceof AlignmentEvent.Kept kept) {
        return new Summary(
            "kept", NONE, OptionalDouble.of(0), kept.passes() > 0, Optional.empty(), kept.usage());
      }
      if (event instanceof AlignmentEvent.Failed failed) {
        return new Summary(
            "failed",
            failed.reason(),
            failed.editRatio(),
            true,
            Optional.of(failed.failure().name().toLowerCase(Locale.ROOT)),
            Optional.empty());
      }
      String reason = ((AlignmentEvent.Skipped) event).reason();
      return new Summary(
          "skipped", reason, OptionalDouble.empty(), false, Optional.empty(), Optional.empty());
    }
  }
}
