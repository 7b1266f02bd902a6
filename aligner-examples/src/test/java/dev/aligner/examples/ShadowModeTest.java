package dev.aligner.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.Aligner;
import dev.aligner.InferenceException;
import dev.aligner.audit.ArmReport;
import dev.aligner.audit.AuditRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShadowModeTest {

  @TempDir Path folder = Path.of("");

  @Test
  void main_bundledModel_showsTheOriginalAndWritesTheCorrection() throws Exception {
    Path log = folder.resolve("audit.jsonl");

    String shown =
        StandardOutput.of(
            () -> {
              try {
                ShadowMode.main(new String[] {log.toString()});
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });

    assertThat(shown).contains("Eight minutes, you idiot.", "3 answers", "CORRECTED=3");
    List<String> lines = Files.readAllLines(log);
    assertThat(lines).hasSize(3);
    assertThat(lines)
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains("\"arm\":\"shadow\"", "\"shown\":\"original\"")
                    .contains("\"original\":\"Eight minutes, you idiot. Then cool it in water.\"")
                    .containsPattern("\"corrected\":\"Eight minutes(?!, you idiot)"));
  }

  @Test
  void tryOut_anAlignerThatFails_costsNoAnswer() throws Exception {
    Aligner failing =
        request -> {
          throw new InferenceException("broken", null);
        };
    Path log = folder.resolve("audit.jsonl");
    StringBuilder reported = new StringBuilder();

    String shown =
        StandardOutput.of(
            () -> {
              try {
                ArmReport report = ShadowMode.tryOut(failing, question -> "An answer.", log);
                reported.append(report.outcomes());
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });

    assertThat(shown.lines().filter("An answer."::equals)).hasSize(3);
    assertThat(reported.toString()).isEqualTo("{" + AuditRecord.Outcome.FAILED + "=3}");
  }
}
