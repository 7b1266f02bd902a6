package dev.aligner.audit;

import dev.aligner.audit.AuditRecord.Outcome;
import dev.aligner.policy.Arm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Adds up the answers of one arm. Not thread-safe. */
final class ArmTally {

  private final Arm arm;
  private final @Nullable AnswerComparison comparison;
  private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
  private final Map<String, Long> reasons = new HashMap<>();
  private final Map<Preference, Long> preferences = new EnumMap<>(Preference.class);
  private final List<Duration> latencies = new ArrayList<>();
  private final List<Duration> corrections = new ArrayList<>();
  private long answers;
  private long edited;
  private double editRatios;

  ArmTally(Arm arm, @Nullable AnswerComparison comparison) {
    this.arm = arm;
    this.comparison = comparison;
  }

  void add(AuditRecord answer) {
    answers++;
    outcomes.merge(answer.outcome(), 1L, Long::sum);
    answer.reason().ifPresent(reason -> reasons.merge(reason, 1L, Long::sum));
    if (answer.editRatio().isPresent() && answer.outcome() != Outcome.FAILED) {
      edited++;
      editRatios += answer.editRatio().getAsDouble();
    }
    Duration felt = arm == Arm.ALIGNED ? answer.correctionTime() : Duration.ZERO;
    answer.upstreamTime().ifPresent(time -> latencies.add(time.plus(felt)));
    if (answer.outcome() != Outcome.SKIPPED) {
      corrections.add(answer.correctionTime());
    }
    if (comparison != null && arm != Arm.CONTROL) {
      compare(answer, comparison);
    }
  }

  private void compare(AuditRecord answer, AnswerComparison judge) {
    AuditRecord.Texts texts = answer.texts();
    if (answer.outcome() != Outcome.CORRECTED) {
      preferences.merge(Preference.EQUAL, 1L, Long::sum);
    } else if (texts.original().isPresent() && texts.corrected().isPresent()) {
      Preference preference =
          judge.compare(texts.query().orElse(""), texts.original().get(), texts.corrected().get());
      preferences.merge(preference, 1L, Long::sum);
    }
  }

  ArmReport report() {
    return new ArmReport(
        arm,
        answers,
        outcomes,
        reasons,
        edited == 0 ? OptionalDouble.empty() : OptionalDouble.of(editRatios / edited),
        latency(latencies),
        latency(corrections),
        preferences.getOrDefault(Preference.CORRECTED, 0L),
        preferences.getOrDefault(Preference.ORIGINAL, 0L),
        preferences.getOrDefault(Preference.EQUAL, 0L));
  }

  private static ArmReport.Latency latency(List<Duration> times) {
    Collections.sort(times);
    return new ArmReport.Latency(
        times.size(), rank(times, 0.5), rank(times, 0.95), rank(times, 0.99), rank(times, 1));
  }

  private static Duration rank(List<Duration> sorted, double share) {
    return sorted.isEmpty()
        ? Duration.ZERO
        : sorted.get((int) Math.ceil(share * sorted.size()) - 1);
  }
}
