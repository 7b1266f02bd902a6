package dev.aligner.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.policy.AlignmentContext;
import dev.aligner.policy.AlignmentPolicy;
import dev.aligner.policy.AlignmentStream;
import dev.aligner.policy.AnswerAligner;
import dev.aligner.policy.Arm;
import dev.aligner.policy.Mode;
import dev.aligner.policy.StreamDelivery;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditReportTest {

  @TempDir Path folder = Path.of("");

  private final Aligner shouting =
      request ->
          Correction.of(
              request, request.answer().endsWith("!") ? request.answer() : request.answer() + "!");

  @Test
  void read_anAbTest_tellsTheArmsApart() throws Exception {
    try (AuditLog log = AuditLog.builder(file()).build()) {
      AnswerAligner answers =
          AnswerAligner.of(
              shouting, AlignmentPolicy.builder().mode(Mode.sample(0.5)).listener(log).build());
      for (int i = 0; i < 400; i++) {
        answers.align(
            AlignmentContext.of("q")
                .withSamplingKey("user-" + i)
                .withUpstreamTime(Duration.ofMillis(i + 1)),
            i % 4 == 0 ? "kept!" : "changed");
      }
    }

    AuditReport report = AuditReport.read(List.of(file()));

    ArmReport aligned = report.arm(Arm.ALIGNED).orElseThrow();
    ArmReport control = report.arm(Arm.CONTROL).orElseThrow();
    assertThat(report.arms()).containsOnlyKeys(Arm.ALIGNED, Arm.CONTROL);
    assertThat(aligned.answers() + control.answers()).isEqualTo(400);
    assertThat(aligned.answers()).isBetween(150L, 250L);
    assertThat(aligned.outcomes())
        .containsOnlyKeys(AuditRecord.Outcome.CORRECTED, AuditRecord.Outcome.KEPT);
    assertThat(aligned.outcomes().values().stream().mapToLong(Long::longValue).sum())
        .isEqualTo(aligned.answers());
    assertThat(control.outcomes()).containsOnlyKeys(AuditRecord.Outcome.SKIPPED);
    assertThat(control.reasons()).containsEntry("control", control.answers());
    assertThat(aligned.meanEditRatio().getAsDouble()).isCloseTo(0.75, within(0.1));
    assertThat(control.meanEditRatio()).isEmpty();
    assertThat(control.latency().count()).isEqualTo(control.answers());
    assertThat(control.latency().longest()).isLessThanOrEqualTo(Duration.ofMillis(400));
    assertThat(control.correctionTime().count()).isZero();
    assertThat(aligned.correctionTime().count()).isEqualTo(aligned.answers());
    assertThat(aligned.winRate()).isEmpty();
  }

  @Test
  void compare_winsLossesAndTies_areCountedAsInThePaper() throws Exception {
    write(
        line(1, "corrected", "a", "better"),
        line(2, "corrected", "b", "better"),
        line(3, "corrected", "c", "worse"),
        line(4, "corrected", "d", "same"),
        line(5, "kept", "e", null),
        line(6, "failed", "f", "bad"));

    ArmReport report =
        AuditReport.compare(
                List.of(file()),
                (query, original, corrected) ->
                    switch (corrected) {
                      case "better" -> Preference.CORRECTED;
                      case "worse" -> Preference.ORIGINAL;
                      default -> Preference.EQUAL;
                    })
            .arm(Arm.ALIGNED)
            .orElseThrow();

    assertThat(report.wins()).isEqualTo(2);
    assertThat(report.losses()).isEqualTo(1);
    assertThat(report.ties()).isEqualTo(3);
    assertThat(report.winRate().getAsDouble()).isCloseTo(1 / 6.0, within(1e-9));
  }

  @Test
  void compare_redactedTexts_areNotCompared() throws Exception {
    write(
        "{\"time\":\"2026-01-01T00:00:00Z\",\"run\":\"r\",\"id\":1,\"arm\":\"aligned\","
            + "\"outcome\":\"corrected\",\"shown\":\"corrected\",\"correction_ms\":1}");

    ArmReport report =
        AuditReport.compare(List.of(file()), (q, o, c) -> Preference.CORRECTED)
            .arm(Arm.ALIGNED)
            .orElseThrow();

    assertThat(report.winRate()).isEmpty();
    assertThat(report.answers()).isEqualTo(1);
  }

  @Test
  void read_quantiles_areThoseOfTheNearestRank() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 1; i <= 100; i++) {
      lines.add(
          "{\"time\":\"2026-01-01T00:00:00Z\",\"run\":\"r\",\"id\":"
              + i
              + ",\"arm\":\"aligned\","
              + "\"outcome\":\"kept\",\"shown\":\"original\",\"upstream_ms\":100,\"correction_ms\":"
              + i
              + "}");
    }
    write(lines.toArray(String[]::new));

    ArmReport report = AuditReport.read(List.of(file())).arm(Arm.ALIGNED).orElseThrow();

    assertThat(report.correctionTime().p50()).isEqualTo(Duration.ofMillis(50));
    assertThat(report.correctionTime().p95()).isEqualTo(Duration.ofMillis(95));
    assertThat(report.correctionTime().p99()).isEqualTo(Duration.ofMillis(99));
    assertThat(report.correctionTime().longest()).isEqualTo(Duration.ofMillis(100));
    assertThat(report.latency().p50()).isEqualTo(Duration.ofMillis(150));
  }

  @Test
  void read_theSegmentsOfAStream_areOneAnswer() throws Exception {
    try (AuditLog log = AuditLog.builder(file()).build()) {
      AnswerAligner answers =
          AnswerAligner.of(
              shouting,
              AlignmentPolicy.builder().streams(StreamDelivery.perSegment()).listener(log).build());
      for (int i = 0; i < 3; i++) {
        AlignmentStream stream = answers.stream(AlignmentContext.of("q"), part -> {});
        stream.add("Kept! Changed.");
        stream.complete(AlignmentContext.of("q").withUpstreamTime(Duration.ofMillis(40)));
      }
    }
    List<String> compared = new ArrayList<>();

    ArmReport report =
        AuditReport.compare(
                List.of(file()),
                (query, original, corrected) -> {
                  compared.add(original + " -> " + corrected);
                  return Preference.CORRECTED;
                })
            .arm(Arm.ALIGNED)
            .orElseThrow();

    assertThat(report.answers()).isEqualTo(3);
    assertThat(report.outcomes()).containsEntry(AuditRecord.Outcome.CORRECTED, 3L);
    assertThat(compared).hasSize(3).containsOnly("Kept! Changed. -> Kept! Changed.!");
    assertThat(report.latency().count()).isEqualTo(3);
    assertThat(report.winRate()).hasValue(1);
  }

  @Test
  void read_withAction_tellsOfEachAnswer() throws Exception {
    write(line(1, "corrected", "a", "b"), "not json", line(2, "kept", "c", null));
    List<String> heard = new ArrayList<>();

    AuditReport report =
        AuditReport.read(
            List.of(file()),
            answer ->
                heard.add(
                    answer.id() + answer.texts().original().orElseThrow() + answer.outcome()));

    assertThat(heard).containsExactly("1aCORRECTED", "2cKEPT");
    assertThat(report.unreadableLines()).isEqualTo(1);
    assertThat(report.arm(Arm.ALIGNED).orElseThrow().answers()).isEqualTo(2);
  }

  @Test
  void read_linesThatAreNoRecords_areCounted() throws Exception {
    write(
        "",
        "not json",
        "{}",
        "[]",
        "{\"time\":\"yesterday\"}",
        line(1, "kept", "a", null),
        line(1, "vanished", "a", null));

    AuditReport report = AuditReport.read(List.of(file()));

    assertThat(report.unreadableLines()).isEqualTo(5);
    assertThat(report.arm(Arm.ALIGNED).orElseThrow().answers()).isEqualTo(1);
    assertThat(report.arm(Arm.SHADOW)).isEmpty();
  }

  private static String line(int id, String outcome, String original, @Nullable String corrected) {
    return "{\"time\":\"2026-01-01T00:00:00Z\",\"run\":\"r\",\"id\":"
        + id
        + ",\"arm\":\"aligned\","
        + "\"outcome\":\""
        + outcome
        + "\",\"shown\":\"original\",\"query\":\"q\",\"original\":\""
        + original
        + "\""
        + (corrected == null ? "" : ",\"corrected\":\"" + corrected + "\"")
        + "}";
  }

  private void write(String... lines) throws Exception {
    Files.write(file(), List.of(lines));
  }

  private Path file() {
    return folder.resolve("audit.jsonl");
  }
}
