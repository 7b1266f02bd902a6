package dev.aligner.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.CorrectionUsage;
import dev.aligner.InferenceException;
import dev.aligner.policy.AlignmentContext;
import dev.aligner.policy.AlignmentPolicy;
import dev.aligner.policy.AlignmentStream;
import dev.aligner.policy.AnswerAligner;
import dev.aligner.policy.Arm;
import dev.aligner.policy.Mode;
import dev.aligner.policy.StreamDelivery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {

  private static final AlignmentContext QUESTION =
      AlignmentContext.of("Why?\n\u2028\"").withUpstreamTime(Duration.ofMillis(250));

  @TempDir Path folder = Path.of("");

  private final Aligner shouting =
      request ->
          Correction.of(request, request.answer() + "!")
              .withUsage(
                  CorrectionUsage.builder(Duration.ofMillis(1))
                      .promptTokens(7)
                      .outputTokens(3)
                      .modelSteps(2)
                      .build());

  @Test
  void log_aCorrection_isOneLineWithAllOfIt() throws Exception {
    try (AuditLog log = AuditLog.builder(file()).model("m1").build()) {
      answers(shouting, log).align(QUESTION, "yes 😀\n");
    }

    List<String> lines = Files.readAllLines(file());
    assertThat(lines).hasSize(1);
    JsonNode node = new ObjectMapper().readTree(lines.get(0));
    assertThat(node.path("query").asText()).isEqualTo("Why?\n\u2028\"");
    assertThat(node.path("original").asText()).isEqualTo("yes 😀\n");
    assertThat(node.path("corrected").asText()).isEqualTo("yes 😀\n!");
    assertThat(node.path("outcome").asText()).isEqualTo("corrected");
    assertThat(node.path("arm").asText()).isEqualTo("aligned");
    assertThat(node.path("shown").asText()).isEqualTo("corrected");
    assertThat(node.path("edit_ratio").asDouble()).isEqualTo(0.5);
    assertThat(node.path("upstream_ms").asDouble()).isEqualTo(250);
    assertThat(node.path("correction_ms").asDouble()).isPositive();
    assertThat(node.path("prompt_tokens").asInt()).isEqualTo(7);
    assertThat(node.path("output_tokens").asInt()).isEqualTo(3);
    assertThat(node.path("model_steps").asInt()).isEqualTo(2);
    assertThat(node.path("model").asText()).isEqualTo("m1");
    assertThat(node.has("reason")).isFalse();
    assertThat(node.has("segment")).isFalse();
  }

  @Test
  void log_whatIsNotShown_saysSo() throws Exception {
    try (AuditLog log = AuditLog.builder(file()).build()) {
      answers(request -> Correction.of(request, ""), log).align(QUESTION, "yes");
      answers(shouting, log).align(QUESTION, " ");
      AnswerAligner.of(
              shouting,
              AlignmentPolicy.builder().mode(Mode.shadow(Runnable::run)).listener(log).build())
          .align(QUESTION, "yes");
    }

    List<AuditRecord> records = records();
    assertThat(records)
        .extracting(AuditRecord::outcome)
        .containsExactly(
            AuditRecord.Outcome.FAILED, AuditRecord.Outcome.SKIPPED, AuditRecord.Outcome.CORRECTED);
    assertThat(records).allMatch(AuditRecord::shownOriginal);
    assertThat(records.get(0).reason()).contains("empty");
    assertThat(records.get(0).texts().corrected()).contains("");
    assertThat(records.get(0).editRatio()).hasValue(1);
    assertThat(records.get(1).reason()).contains("blank");
    assertThat(records.get(2).arm()).isEqualTo(Arm.SHADOW);
    assertThat(records.get(2).texts().corrected()).contains("yes!");
  }

  @Test
  void line_ofARecord_isReadBackAsItWas() throws Exception {
    try (AuditLog log = AuditLog.builder(file()).model("m").build()) {
      AnswerAligner answers =
          AnswerAligner.of(
              shouting,
              AlignmentPolicy.builder().streams(StreamDelivery.perSegment()).listener(log).build());
      AlignmentStream stream = answers.stream(QUESTION, part -> {});
      stream.add("One. Two.");
      stream.complete();
    }

    for (AuditRecord record : records()) {
      assertThat(AuditJson.parse(AuditJson.line(record))).isEqualTo(record);
    }
    assertThat(records()).extracting(record -> record.segment().getAsInt()).containsExactly(0, 1);
    assertThat(records())
        .extracting(AuditRecord::id)
        .hasSize(2)
        .containsOnly(records().get(0).id());
  }

  @Test
  void flush_waitsForWhatWasHeard() throws Exception {
    try (AuditLog log = AuditLog.builder(file()).build()) {
      AnswerAligner answers = answers(shouting, log);
      for (int i = 1; i <= 200; i++) {
        answers.align(QUESTION, "yes");
      }
      assertThat(log.flush(Duration.ofSeconds(20))).isTrue();
      assertThat(Files.readAllLines(file())).hasSize(200);
      assertThat(log.written()).isEqualTo(200);
    }
  }

  @Test
  void close_writesTheRestAndDropsWhatComesLater() throws Exception {
    AuditLog log = AuditLog.builder(file()).build();
    AnswerAligner answers = answers(shouting, log);
    for (int i = 0; i < 500; i++) {
      answers.align(QUESTION, "yes");
    }
    log.close();
    log.close();

    assertThat(Files.readAllLines(file())).hasSize(500);
    assertThat(answers.align(QUESTION, "yes").text()).isEqualTo("yes!");
    assertThat(log.dropped()).isEqualTo(1);
    assertThat(log.flush(Duration.ofMillis(10))).isFalse();
    assertThat(answers.counts().listenerFailures()).isZero();
  }

  @Test
  void log_aDiskThatFails_failsNoCall() {
    Path missing = folder.resolve("missing").resolve("audit.jsonl");
    try (AuditLog log = AuditLog.builder(missing).build()) {
      AnswerAligner answers = answers(shouting, log);

      assertThat(answers.align(QUESTION, "yes").text()).isEqualTo("yes!");
      log.flush(Duration.ofSeconds(20));

      assertThat(log.dropped()).isEqualTo(1);
      assertThat(log.written()).isZero();
    }
  }

  @Test
  void log_aDiskThatComesBack_isUsedAgain() throws Exception {
    Path later = folder.resolve("later").resolve("audit.jsonl");
    try (AuditLog log = AuditLog.builder(later).build()) {
      AnswerAligner answers = answers(shouting, log);
      answers.align(QUESTION, "yes");
      log.flush(Duration.ofSeconds(20));
      Files.createDirectory(later.getParent());
      answers.align(QUESTION, "no");
    }

    assertThat(Files.readAllLines(later)).hasSize(1).first().asString().contains("no!");
  }

  @Test
  void log_fullQueue_dropsAndNeverBlocks() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    CountDownLatch reached = new CountDownLatch(1);
    Redaction waiting =
        record -> {
          reached.countDown();
          await(stuck);
          return Redaction.none().redact(record);
        };
    AuditLog log = AuditLog.builder(file()).queueCapacity(3).redaction(waiting).build();
    AnswerAligner answers = answers(shouting, log);

    answers.align(QUESTION, "yes");
    await(reached);
    for (int i = 0; i < 10; i++) {
      assertThat(answers.align(QUESTION, "yes").text()).isEqualTo("yes!");
    }
    assertThat(log.dropped()).isEqualTo(7);
    stuck.countDown();
    log.close();

    assertThat(Files.readAllLines(file())).hasSize(4);
  }

  @Test
  void redaction_thatFails_writesNothing() throws Exception {
    Redaction broken =
        record -> {
          throw new IllegalStateException("broken");
        };
    try (AuditLog log = AuditLog.builder(file()).redaction(broken).build()) {
      answers(shouting, log).align(QUESTION, "secret");
      log.flush(Duration.ofSeconds(20));
      assertThat(log.dropped()).isEqualTo(1);
    }

    assertThat(Files.exists(file())).isFalse();
  }

  @Test
  void redactions_leaveWhatTheySay() throws Exception {
    assertThat(lineWith(Redaction.withoutTexts())).doesNotContain("yes", "Why", "original\":\"y");
    assertThat(lineWith(Redaction.eachText(text -> text.replace("yes", "[x]"))))
        .contains("\"original\":\"[x]\"", "\"corrected\":\"[x]!\"");
    String digests = lineWith(Redaction.digests());
    assertThat(digests)
        .doesNotContain("yes", "Why")
        .contains("sha256:8a798890fe93817163b10b5f7bd2ca4d25d84c52739a645a889c173eee7d9d3d");
    assertThat(lineWith(record -> java.util.Optional.empty())).isEmpty();
  }

  @Test
  void rotation_keepsSoManyFilesAndWholeLines() throws Exception {
    try (AuditLog log = AuditLog.builder(file()).maxBytes(1000).keptFiles(2).build()) {
      AnswerAligner answers = answers(shouting, log);
      for (int i = 0; i < 40; i++) {
        answers.align(QUESTION, "answer " + i);
      }
    }

    List<String> kept = new ArrayList<>();
    for (String name : List.of("audit.jsonl.2", "audit.jsonl.1", "audit.jsonl")) {
      Path file = folder.resolve(name);
      assertThat(Files.size(file)).isBetween(1L, 1000L);
      kept.addAll(Files.readAllLines(file));
    }
    assertThat(folder.toFile().list()).hasSize(3);
    List<String> originals =
        kept.stream().map(line -> AuditJson.parse(line).texts().original().orElseThrow()).toList();
    assertThat(originals).endsWith("answer 39");
    for (int i = 0; i < originals.size(); i++) {
      assertThat(originals.get(i)).isEqualTo("answer " + (40 - originals.size() + i));
    }
  }

  @Test
  void rotation_keepingNone_startsAnew() throws Exception {
    try (AuditLog log = AuditLog.builder(file()).maxBytes(10).keptFiles(0).build()) {
      answers(shouting, log).align(QUESTION, "one");
      answers(shouting, log).align(QUESTION, "two");
    }

    assertThat(Files.readAllLines(file())).hasSize(1).first().asString().contains("two!");
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void log_aTornLine_isEnded() throws Exception {
    Files.writeString(file(), "{\"torn\":", StandardOpenOption.CREATE);
    try (AuditLog log = AuditLog.builder(file()).build()) {
      answers(shouting, log).align(QUESTION, "yes");
    }

    assertThat(Files.readAllLines(file())).hasSize(2);
    AuditReport report = AuditReport.read(List.of(file()));
    assertThat(report.unreadableLines()).isEqualTo(1);
    assertThat(report.arm(Arm.ALIGNED).orElseThrow().answers()).isEqualTo(1);
  }

  @Test
  void file_isForItsOwnerAlone() throws Exception {
    try (AuditLog log = AuditLog.builder(file()).build()) {
      answers(shouting, log).align(QUESTION, "yes");
    }

    if (file().getFileSystem().supportedFileAttributeViews().contains("posix")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
          .isEqualTo("rw-------");
    }
    assertThat(Files.size(file())).isPositive();
  }

  @Test
  void log_manyThreads_loseNothing() throws Exception {
    try (AuditLog log = AuditLog.builder(file()).build()) {
      AnswerAligner answers = answers(shouting, log);
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        Thread thread =
            new Thread(
                () -> {
                  for (int i = 0; i < 250; i++) {
                    answers.align(QUESTION, "yes");
                  }
                });
        threads.add(thread);
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }

    assertThat(records()).hasSize(2000);
    assertThat(records()).extracting(AuditRecord::id).doesNotHaveDuplicates();
  }

  @Test
  void builder_whatMakesNoSense_isRefused() {
    AuditLog.Builder builder = AuditLog.builder(file());

    assertThatIllegalArgumentException().isThrownBy(() -> builder.maxBytes(0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.keptFiles(-1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.queueCapacity(0))
        .withMessage("expected queueCapacity of at least 1; found 0");
  }

  @Test
  void toString_ofARecord_hidesTheTexts() throws Exception {
    try (AuditLog log = AuditLog.builder(file()).build()) {
      answers(shouting, log).align(AlignmentContext.of("secret"), "secret");
    }

    assertThat(records().toString()).doesNotContain("secret").contains("7 chars");
  }

  @Test
  void log_anEngineThatFails_tellsTheClass() throws Exception {
    Aligner failing =
        request -> {
          throw new InferenceException("broken", null);
        };
    try (AuditLog log = AuditLog.builder(file()).build()) {
      answers(failing, log).align(QUESTION, "yes");
    }

    assertThat(records().get(0).reason()).contains("engine_error");
  }

  private String lineWith(Redaction redaction) throws IOException {
    Path file = folder.resolve("redacted.jsonl");
    Files.deleteIfExists(file);
    try (AuditLog log = AuditLog.builder(file).redaction(redaction).build()) {
      answers(shouting, log).align(QUESTION, "yes");
    }
    return Files.exists(file) ? Files.readString(file) : "";
  }

  private static AnswerAligner answers(Aligner aligner, AuditLog log) {
    return AnswerAligner.of(aligner, AlignmentPolicy.builder().listener(log).build());
  }

  private List<AuditRecord> records() throws IOException {
    return Files.readAllLines(file()).stream().map(AuditJson::parse).toList();
  }

  private Path file() {
    return folder.resolve("audit.jsonl");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
