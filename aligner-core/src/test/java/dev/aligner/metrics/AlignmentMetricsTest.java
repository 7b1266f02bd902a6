package dev.aligner.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.CorrectionUsage;
import dev.aligner.OverloadedException;
import dev.aligner.policy.AlignmentContext;
import dev.aligner.policy.AlignmentPolicy;
import dev.aligner.policy.AnswerAligner;
import dev.aligner.policy.CorrectionGate;
import dev.aligner.policy.Mode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AlignmentMetricsTest {

  private static final AlignmentContext QUESTION = AlignmentContext.of("secret question");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AlignmentMetrics metrics = AlignmentMetrics.of(registry, "detox");

  private final Aligner shouting =
      request ->
          Correction.of(request, request.answer() + "!")
              .withUsage(
                  CorrectionUsage.builder(Duration.ofMillis(5))
                      .waitingTime(Duration.ofMillis(2))
                      .promptTokens(7)
                      .outputTokens(3)
                      .build());

  @Test
  void answers_areCountedByWhatBecameOfThem() {
    answers(shouting).align(QUESTION, "secret");
    answers(shouting).align(QUESTION, " ");
    answers(request -> Correction.of(request, request.answer())).align(QUESTION, "secret");
    answers(request -> Correction.of(request, "")).align(QUESTION, "secret");
    answers(
            request -> {
              throw new OverloadedException(8, "full");
            })
        .align(QUESTION, "secret");
    AnswerAligner.of(shouting, policy().mode(Mode.sample(0)).build()).align(QUESTION, "secret");

    assertThat(count("corrected", "none", "aligned")).isEqualTo(1);
    assertThat(count("skipped", "blank", "aligned")).isEqualTo(1);
    assertThat(count("kept", "none", "aligned")).isEqualTo(1);
    assertThat(count("failed", "empty", "aligned")).isEqualTo(1);
    assertThat(count("failed", "overload", "aligned")).isEqualTo(1);
    assertThat(count("skipped", "control", "control")).isEqualTo(1);
    assertThat(
            registry.find("aligner.answers").counters().stream().mapToDouble(Counter::count).sum())
        .isEqualTo(6);
  }

  @Test
  void times_ratiosAndTokens_areRecorded() {
    answers(shouting).align(QUESTION, "one two three four");

    assertThat(registry.get("aligner.edit.ratio").tag("outcome", "corrected").summary().mean())
        .isEqualTo(0.25);
    assertThat(registry.get("aligner.correction.duration").timer().count()).isEqualTo(1);
    assertThat(registry.get("aligner.queue.duration").timer().totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(2);
    assertThat(
            registry
                .get("gen_ai.client.operation.duration")
                .tag("gen_ai.operation.name", "correct")
                .tag("gen_ai.provider.name", "aligner")
                .tag("gen_ai.request.model", "detox")
                .timer()
                .count())
        .isEqualTo(1);
    assertThat(tokens("input")).isEqualTo(7);
    assertThat(tokens("output")).isEqualTo(3);
  }

  @Test
  void failures_haveAnErrorType() {
    answers(request -> Correction.of(request, "")).align(QUESTION, "secret");

    assertThat(
            registry
                .get("gen_ai.client.operation.duration")
                .tag("error.type", "unacceptable")
                .timer()
                .count())
        .isEqualTo(1);
    assertThat(registry.get("aligner.edit.ratio").tag("outcome", "failed").summary().mean())
        .isEqualTo(1);
  }

  @Test
  void reasons_areBounded() {
    for (int i = 0; i < 500; i++) {
      String reason = "reason_" + i;
      AnswerAligner.of(shouting, policy().gate(CorrectionGate.when(reason, draft -> false)).build())
          .align(QUESTION, "secret");
    }

    assertThat(registry.find("aligner.answers").counters()).hasSize(101);
    assertThat(count("skipped", "other", "aligned")).isEqualTo(400);
  }

  @Test
  void tags_neverTellTexts() {
    answers(shouting).align(QUESTION.withSamplingKey("secret key"), "secret answer");

    String all =
        registry.getMeters().stream()
            .map(Meter::getId)
            .map(Object::toString)
            .collect(Collectors.joining());
    assertThat(all).isNotEmpty().doesNotContain("secret");
  }

  private double count(String outcome, String reason, String arm) {
    return registry
        .get("aligner.answers")
        .tag("outcome", outcome)
        .tag("reason", reason)
        .tag("arm", arm)
        .counter()
        .count();
  }

  private double tokens(String type) {
    return registry
        .get("gen_ai.client.token.usage")
        .tag("gen_ai.token.type", type)
        .summary()
        .totalAmount();
  }

  private AnswerAligner answers(Aligner aligner) {
    return AnswerAligner.of(aligner, policy().build());
  }

  private AlignmentPolicy.Builder policy() {
    return AlignmentPolicy.builder().listener(metrics);
  }
}
