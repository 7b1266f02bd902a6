package dev.aligner.remote.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aligner.Aligner;
import dev.aligner.AlignerException;
import dev.aligner.remote.RemoteConnectionException;
import dev.aligner.remote.testing.CompletionsServerMain;
import dev.aligner.remote.testing.Remote;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server in a process of its own, which is also killed. */
@Timeout(120)
class OtherProcessTest {

  @Test
  void correct_serverInAnotherProcess_correctsUntilItIsKilled() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dfile.encoding=UTF-8",
                "-Dsun.jnu.encoding=UTF-8",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                CompletionsServerMain.class.getName(),
                "a better answer")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      URI uri = URI.create(out.readLine());
      try (Aligner aligner = Remote.aligner(uri)) {
        StringBuilder delivered = new StringBuilder();
        assertThat(aligner.correct(Remote.REQUEST).text()).isEqualTo("a better answer");
        assertThat(aligner.correct(Remote.REQUEST, delivered::append).text())
            .isEqualTo("a better answer");
        assertThat(delivered).hasToString("a better answer");

        process.destroyForcibly();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();

        assertThatExceptionOfType(AlignerException.class)
            .isThrownBy(() -> aligner.correct(Remote.REQUEST))
            .isInstanceOf(RemoteConnectionException.class)
            .satisfies(Remote::assertSecretsKept);
      }
    } finally {
      process.destroyForcibly();
    }
  }
}
