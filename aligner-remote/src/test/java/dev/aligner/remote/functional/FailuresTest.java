package dev.aligner.remote.functional;

import static dev.aligner.remote.testing.Remote.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.Aligner;
import dev.aligner.CorrectionRequest;
import dev.aligner.DeadlineExceededException;
import dev.aligner.OverloadedException;
import dev.aligner.remote.RemoteAligner;
import dev.aligner.remote.RemoteAlignerBuilder;
import dev.aligner.remote.RemoteConnectionException;
import dev.aligner.remote.RemoteOverloadedException;
import dev.aligner.remote.RemoteProtocolException;
import dev.aligner.remote.RemoteStatusException;
import dev.aligner.remote.RetryPolicy;
import dev.aligner.remote.SpecialTokens;
import dev.aligner.remote.testing.CompletionsServer;
import dev.aligner.remote.testing.RawServer;
import dev.aligner.remote.testing.Remote;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FailuresTest {

  /** What a server may say that quotes a prompt. */
  private static final String QUOTING = "{\"error\":{\"message\":\"cannot read 'secretanswer'\"}}";

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503, 504, 529})
  void correct_refusedForNow_isTriedAgain(int status) {
    try (CompletionsServer server = CompletionsServer.writing("better");
        Aligner aligner = Remote.aligner(server.uri())) {
      server.next(status, QUOTING).next(status, "");

      assertThat(aligner.correct(REQUEST).text()).isEqualTo("better");
      assertThat(server.received()).hasSize(3);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, maxTokens",
    "422, maxTokens",
    "401, apiKey",
    "403, apiKey",
    "404, base URI",
    "405, completions endpoint",
    "413, larger requests",
    "418, log",
    "501, completions endpoint",
    "301, redirects",
    "307, redirects",
    "204, log"
  })
  void correct_refusedForGood_tellsStatusHostAndFixAtOnce(int status, String fix) {
    try (CompletionsServer server = CompletionsServer.writing("better");
        Aligner aligner = Remote.aligner(server.uri())) {
      server.next(status, status == 204 ? "" : QUOTING, "Location: http://127.0.0.1:9/");

      assertThatExceptionOfType(RemoteStatusException.class)
          .isThrownBy(() -> aligner.correct(REQUEST))
          .withMessageStartingWith(server.uri().getAuthority() + ": ")
          .withMessageContaining("found " + status)
          .withMessageContaining(fix)
          .satisfies(e -> assertThat(e.status()).isEqualTo(status))
          .satisfies(e -> assertThat(e.host()).isEqualTo(server.uri().getAuthority()))
          .satisfies(Remote::assertSecretsKept);
      assertThat(server.received()).hasSize(1);
    }
  }

  @Test
  void correct_wrongModel_isA404() {
    try (CompletionsServer server = CompletionsServer.writing("better");
        Aligner aligner =
            RemoteAligner.builder(server.uri(), "other")
                .specialTokens(SpecialTokens.none())
                .build()) {
      assertThatExceptionOfType(RemoteStatusException.class)
          .isThrownBy(() -> aligner.correct(REQUEST))
          .withMessageContaining("the model's name");
    }
  }

  @Test
  void correct_failsEachTime_throwsTheLastFailure() {
    try (CompletionsServer server = CompletionsServer.writing("better");
        Aligner aligner = Remote.aligner(server.uri())) {
      server.next(429, "").next(500, "").next(502, QUOTING);

      assertThatExceptionOfType(RemoteStatusException.class)
          .isThrownBy(() -> aligner.correct(REQUEST))
          .satisfies(e -> assertThat(e.status()).isEqualTo(502))
          .satisfies(Remote::assertSecretsKept);
      assertThat(server.received()).hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void correct_serverStaysOverloaded_isAnOverload(int status) {
    try (CompletionsServer server = CompletionsServer.writing("better");
        Aligner aligner = Remote.builder(server.uri()).retries(RetryPolicy.none()).build()) {
      server.next(status, QUOTING);

      assertThatExceptionOfType(RemoteOverloadedException.class)
          .isThrownBy(() -> aligner.correct(REQUEST))
          .withMessageContaining(server.uri().getAuthority())
          .satisfies(e -> assertThat(e).isInstanceOf(OverloadedException.class))
          .satisfies(e -> assertThat(e.status()).isEqualTo(status))
          .satisfies(e -> assertThat(e.host()).isEqualTo(server.uri().getAuthority()))
          .satisfies(Remote::assertSecretsKept);
      assertThat(server.received()).hasSize(1);
    }
  }

  @Test
  void correct_retryAfter_isWaitedOut() {
    try (CompletionsServer server = CompletionsServer.writing("better");
        Aligner aligner = Remote.aligner(server.uri())) {
      server.next(429, "", "Retry-After: 1");
      long start = System.nanoTime();

      assertThat(aligner.correct(REQUEST).text()).isEqualTo("better");
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(1));
    }
  }

  @Test
  void correct_retryAfterIsTooLong_failsAtOnce() {
    try (CompletionsServer server = CompletionsServer.writing("better");
        Aligner aligner = Remote.aligner(server.uri())) {
      server.next(429, "", "Retry-After: 3600");

      assertThatThrownBy(() -> aligner.correct(REQUEST))
          .isInstanceOf(RemoteOverloadedException.class);
      assertThat(server.received()).hasSize(1);
    }
  }

  @Test
  void correct_retryAfterOutlastsTheTimeout_failsAtOnceAsWhatItIs() {
    try (CompletionsServer server = CompletionsServer.writing("better");
        Aligner aligner = Remote.aligner(server.uri())) {
      server.next(429, "", "Retry-After: 3");
      CorrectionRequest request = REQUEST.withTimeout(Duration.ofSeconds(2));
      long start = System.nanoTime();

      assertThatThrownBy(() -> aligner.correct(request))
          .isInstanceOf(RemoteOverloadedException.class);
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(2));
    }
  }

  @Test
  void correct_nobodyListens_tellsTheHost() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    try (Aligner aligner = Remote.aligner(URI.create("http://127.0.0.1:" + port))) {
      assertThatExceptionOfType(RemoteConnectionException.class)
          .isThrownBy(() -> aligner.correct(REQUEST))
          .withMessageStartingWith("127.0.0.1:" + port + ": ")
          .withMessageContaining("ConnectException")
          .withCauseInstanceOf(IOException.class)
          .satisfies(Remote::assertSecretsKept);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "secretanswer is not HTTP\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"choices\":[{\"text\":\"secret",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"cho",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nsecret\r\n",
        "HTTP/1.1 200 O"
      })
  void correct_connectionBreaks_isTriedAgainAndTold(String bytes) {
    try (RawServer server = RawServer.answering(bytes);
        Aligner aligner = Remote.aligner(server.uri())) {
      assertThatExceptionOfType(RemoteConnectionException.class)
          .isThrownBy(() -> aligner.correct(REQUEST))
          .withMessageStartingWith(server.uri().getAuthority() + ": ")
          .satisfies(e -> assertThat(e.host()).isEqualTo(server.uri().getAuthority()))
          .satisfies(Remote::assertSecretsKept);
      assertThat(server.connections()).isGreaterThanOrEqualTo(3);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | an empty body",
        "'[1]' | JSON of another kind",
        "'\"secret\"' | JSON of another kind",
        "'secretanswer' | malformed JSON at byte",
        "'{\"choices\":[{\"text\":\"secret' | malformed JSON at byte",
        "'{\"choices\":[]} secret' | malformed JSON",
        "'{\"choices\":[]}' | no choice",
        "'{\"choices\":{\"text\":\"secret\"}}' | no choice",
        "'{\"object\":\"text_completion\"}' | no choice",
        "'{\"choices\":[{\"text\":{},\"finish_reason\":\"stop\"}]}' | to be a string",
        "'{\"choices\":[{\"text\":\"secret\"}]}' | a finish_reason",
        "'{\"choices\":[{\"text\":\"x\",\"finish_reason\":\"secret\"}]}' | \"stop\" or \"length\"",
        "'<html>secret</html>' | malformed JSON at byte"
      })
  void correct_otherBody_tellsWhatIsWrongNotWhatItSays(String body, String problem) {
    try (CompletionsServer server = CompletionsServer.writing("better");
        Aligner aligner = Remote.aligner(server.uri())) {
      server.next(200, body);

      assertThatExceptionOfType(RemoteProtocolException.class)
          .isThrownBy(() -> aligner.correct(REQUEST))
          .withMessageStartingWith(server.uri().getAuthority() + ": ")
          .withMessageContaining(problem)
          .satisfies(e -> assertThat(e.host()).isEqualTo(server.uri().getAuthority()))
          .satisfies(Remote::assertSecretsKept);
      assertThat(server.received()).hasSize(1);
    }
  }

  @Test
  void correct_bodyIsCutOffWithoutALength_isMalformed() {
    try (RawServer server =
            RawServer.answering("HTTP/1.1 200 OK\r\n\r\n{\"choices\":[{\"text\":\"secret");
        Aligner aligner = Remote.aligner(server.uri())) {
      assertThatExceptionOfType(RemoteProtocolException.class)
          .isThrownBy(() -> aligner.correct(REQUEST))
          .satisfies(Remote::assertSecretsKept);
    }
  }

  @Test
  void correct_bodyIsTooLarge_isNotReadToItsEnd() {
    try (CompletionsServer server = CompletionsServer.writing("x ".repeat(50_000));
        Aligner aligner =
            Remote.builder(server.uri()).maxTokens(1_000_000).maxResponseBytes(10_000).build()) {
      assertThatExceptionOfType(RemoteProtocolException.class)
          .isThrownBy(() -> aligner.correct(REQUEST))
          .withMessageContaining("at most 10000 bytes")
          .withMessageContaining("maxTokens");
      assertThatExceptionOfType(RemoteProtocolException.class)
          .isThrownBy(() -> aligner.correct(REQUEST, text -> {}))
          .withMessageContaining("at most 10000 bytes");
    }
  }

  @Test
  void correct_endlessLineOfAStream_isBounded() {
    try (CompletionsServer server = CompletionsServer.writing("");
        Aligner aligner = Remote.builder(server.uri()).maxResponseBytes(10_000).build()) {
      server.nextStream("data: " + "x".repeat(1 << 20), 1000);

      assertThatExceptionOfType(RemoteProtocolException.class)
          .isThrownBy(() -> aligner.correct(REQUEST, text -> {}))
          .withMessageContaining("at most 10000 bytes");
    }
  }

  @Test
  void correct_largeErrorBody_isNotReadToItsEnd() {
    try (CompletionsServer server = CompletionsServer.writing("better");
        Aligner aligner = Remote.aligner(server.uri())) {
      server.next(400, "x".repeat(1 << 20));

      assertThatExceptionOfType(RemoteStatusException.class)
          .isThrownBy(() -> aligner.correct(REQUEST))
          .satisfies(e -> assertThat(e.status()).isEqualTo(400));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99\r\n\r\ndata: {"
      })
  void correct_serverIsSilent_isNotTriedAgain(String beginning) {
    try (RawServer server = silentAfter(beginning);
        Aligner aligner =
            Remote.builder(server.uri()).readTimeout(Duration.ofMillis(200)).build()) {
      assertThatExceptionOfType(RemoteConnectionException.class)
          .isThrownBy(() -> aligner.correct(REQUEST, text -> {}))
          .withMessageContaining("within 200 ms; found silence")
          .withMessageContaining("readTimeout");
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  private static RawServer silentAfter(String beginning) {
    return RawServer.start(
        socket -> {
          socket.getOutputStream().write(beginning.getBytes(StandardCharsets.UTF_8));
          socket.getOutputStream().flush();
          RawServer.waitForClose(socket);
        });
  }

  @Test
  void correct_timeoutIsShorterThanTheReadTimeout_isTheDeadline() {
    try (RawServer server = silentAfter("");
        Aligner aligner = Remote.aligner(server.uri())) {
      assertThatThrownBy(
              () -> aligner.correct(REQUEST.withTimeout(Duration.ofMillis(200)), text -> {}))
          .isInstanceOf(DeadlineExceededException.class);
    }
  }

  @Test
  void correct_keyIsNoHeader_isNotQuoted() {
    try (CompletionsServer server = CompletionsServer.writing("better")) {
      for (String key : new String[] {"secret key", "secretkey\n", "sécret", ""}) {
        RemoteAlignerBuilder builder = Remote.builder(server.uri()).apiKey(() -> key);
        try (Aligner aligner = builder.build()) {
          assertThatExceptionOfType(IllegalStateException.class)
              .isThrownBy(() -> aligner.correct(REQUEST))
              .withMessageContaining("apiKey")
              .satisfies(Remote::assertSecretsKept);
        }
      }
      assertThat(server.received()).isEmpty();
    }
  }
}
