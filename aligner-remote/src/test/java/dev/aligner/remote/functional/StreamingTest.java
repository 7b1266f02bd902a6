package dev.aligner.remote.functional;

import static dev.aligner.remote.testing.Remote.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.CorrectionOutcome;
import dev.aligner.CorrectionRequest;
import dev.aligner.FinishReason;
import dev.aligner.LimitExceededException;
import dev.aligner.remote.RemoteConnectionException;
import dev.aligner.remote.RemoteProtocolException;
import dev.aligner.remote.RemoteStatusException;
import dev.aligner.remote.testing.CompletionsServer;
import dev.aligner.remote.testing.RawServer;
import dev.aligner.remote.testing.Remote;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Exchanger;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class StreamingTest {

  private static final String TEXT = "Grüß Gott, 😀 naïve 漢字 \n\nend";

  private static final String HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

  private static String event(String text, String reason) {
    return "data: {\"choices\":[{\"index\":0,\"text\":\""
        + text
        + "\",\"finish_reason\":"
        + reason
        + "}]}\n\n";
  }

  private static String chunk(String bytes) {
    return Integer.toHexString(bytes.getBytes(StandardCharsets.UTF_8).length)
        + "\r\n"
        + bytes
        + "\r\n";
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7, 64, Integer.MAX_VALUE})
  void correct_chunksOfAnySize_areTheSameText(int size) {
    for (String lineEnd : List.of("\n", "\r\n", "\r")) {
      try (CompletionsServer server =
              CompletionsServer.writing(TEXT).chunkBytes(size).lineEnd(lineEnd);
          Aligner aligner = Remote.aligner(server.uri())) {
        List<String> parts = new ArrayList<>();
        Correction correction = aligner.correct(REQUEST, parts::add);

        assertThat(correction.text()).isEqualTo(TEXT);
        assertThat(String.join("", parts)).isEqualTo(TEXT);
        assertThat(parts).hasSizeGreaterThan(4).doesNotContain("");
        assertThat(correction.usage().orElseThrow().promptTokens()).hasValue(5);
        assertThat(correction.usage().orElseThrow().outputTokens()).hasValue(7);
        assertThat(correction.usage().orElseThrow().finishReason()).contains(FinishReason.STOP);
      }
    }
  }

  @Test
  void correct_request_asksForAStreamWithUsage() {
    try (CompletionsServer server = CompletionsServer.writing(TEXT);
        Aligner aligner = Remote.aligner(server.uri())) {
      aligner.correct(REQUEST, text -> {});

      CompletionsServer.Received received = server.received().get(0);
      assertThat(received.headers()).containsEntry("accept", "text/event-stream");
      assertThat(received.body().path("stream").asBoolean()).isTrue();
      assertThat(received.body().path("stream_options")).hasToString("{\"include_usage\":true}");
    }
  }

  @Test
  void correct_text_isDeliveredWhileItIsWritten() throws Exception {
    Exchanger<String> turns = new Exchanger<>();
    try (RawServer server =
            RawServer.start(
                socket -> {
                  write(socket, HEAD + chunk(event("one", "null")));
                  turns.exchange("");
                  write(
                      socket, chunk(event(" two", "\"stop\"") + "data: [DONE]\n\n") + "0\r\n\r\n");
                  RawServer.waitForClose(socket);
                });
        Aligner aligner = Remote.aligner(server.uri())) {
      List<String> parts = new ArrayList<>();
      aligner.correct(
          REQUEST,
          text -> {
            parts.add(text);
            if (parts.size() == 1) {
              exchange(turns);
            }
          });

      assertThat(parts).containsExactly("one", " two");
    }
  }

  private static void exchange(Exchanger<String> turns) {
    try {
      turns.exchange("", 20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void write(Socket socket, String text) throws Exception {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  @Test
  void correct_wellFormedOddities_areRead() {
    String events =
        "\uFEFF: a comment\n:\nid: 7\nevent: message\nretry: 10\nunknown\ndata\n\n"
            + "data:{\"choices\":\ndata:  [{\"index\":0,\"text\":\"one\"}]}\n\n"
            + "data: {\"choices\":[{\"text\":null,\"finish_reason\":null}]}\n\n"
            + "data: {\"choices\":[],\"usage\":null}\n\n"
            + event(" \\ud83d\\ude00", "\"stop\"")
            + "data: [DONE]\n\ndata: not json, and after the end\n\n";
    try (CompletionsServer server = CompletionsServer.writing("");
        Aligner aligner = Remote.aligner(server.uri())) {
      server.nextStream(events, 4);

      assertThat(aligner.correct(REQUEST, text -> {}).text()).isEqualTo("one 😀");
    }
  }

  @Test
  void correct_surrogatesInTwoEvents_areDeliveredTogether() {
    try (CompletionsServer server = CompletionsServer.writing("");
        Aligner aligner = Remote.aligner(server.uri())) {
      server.nextStream(
          event("a\\ud83d", "null") + event("\\ude00b", "\"stop\"") + "data: [DONE]\n\n", 9);
      List<String> parts = new ArrayList<>();

      assertThat(aligner.correct(REQUEST, parts::add).text()).isEqualTo("a😀b");
      assertThat(parts).containsExactly("a", "😀b");
    }
  }

  @Test
  void correct_withoutDoneButWithFinishReason_isWhole() {
    try (CompletionsServer server = CompletionsServer.writing("");
        Aligner aligner = Remote.aligner(server.uri())) {
      server.nextStream(event("one", "\"stop\""), 9);

      assertThat(aligner.correct(REQUEST, text -> {}).text()).isEqualTo("one");
    }
  }

  @Test
  void correct_serverThatDoesNotStream_deliversTheWhole() {
    try (CompletionsServer server = CompletionsServer.writing("");
        Aligner aligner = Remote.aligner(server.uri())) {
      server.next(200, "{\"choices\":[{\"text\":\" all of it\",\"finish_reason\":\"stop\"}]}");
      List<String> parts = new ArrayList<>();

      assertThat(aligner.correct(REQUEST, parts::add).text()).isEqualTo("all of it");
      assertThat(parts).containsExactly("all of it");
    }
  }

  @Test
  void correct_endsAfterDone_doesNotWaitForTheConnection() {
    try (RawServer server =
            RawServer.start(
                socket -> {
                  write(socket, HEAD + chunk(event("one", "\"stop\"") + "data: [DONE]\n\n"));
                  RawServer.waitForClose(socket);
                });
        Aligner aligner = Remote.aligner(server.uri())) {
      Correction correction = aligner.correct(REQUEST, text -> {});

      assertThat(correction.text()).isEqualTo("one");
      assertThat(correction.usage().orElseThrow().duration().toMillis()).isLessThan(5_000);
    }
  }

  @Test
  void correct_overTheLimit_throwsSinceTextIsOut() {
    try (CompletionsServer server = CompletionsServer.writing("one two three four");
        Aligner aligner = Remote.builder(server.uri()).maxTokens(2).build()) {
      List<String> parts = new ArrayList<>();

      assertThatExceptionOfType(LimitExceededException.class)
          .isThrownBy(() -> aligner.correct(REQUEST, parts::add))
          .satisfies(e -> assertThat(e.limit()).isEqualTo(2))
          .satisfies(Remote::assertSecretsKept);
      assertThat(parts).isNotEmpty();
    }
  }

  @Test
  void correct_endsBeforeFinishReason_isTruncated() {
    for (String end : List.of("", "data: [DONE]\n\n", "data: {\"choi")) {
      try (CompletionsServer server = CompletionsServer.writing("");
          Aligner aligner = Remote.aligner(server.uri())) {
        server.nextStream(event("secret one", "null") + end, 9);

        assertThatExceptionOfType(RemoteProtocolException.class)
            .isThrownBy(() -> aligner.correct(REQUEST, text -> {}))
            .withMessageContaining("ends before it")
            .satisfies(Remote::assertSecretsKept);
        assertThat(server.received()).hasSize(1);
      }
    }
  }

  @Test
  void correct_connectionBreaksAfterText_isNotTriedAgain() {
    try (RawServer server =
            RawServer.start(socket -> write(socket, HEAD + chunk(event("secret one", "null"))));
        Aligner aligner = Remote.aligner(server.uri())) {
      List<String> parts = new ArrayList<>();

      assertThatExceptionOfType(RemoteConnectionException.class)
          .isThrownBy(() -> aligner.correct(REQUEST, parts::add))
          .satisfies(Remote::assertSecretsKept);
      assertThat(parts).containsExactly("secret one");
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void correct_connectionBreaksBeforeText_isTriedAgainFromTheBeginning() {
    AtomicInteger connections = new AtomicInteger();
    try (RawServer server =
            RawServer.start(
                socket -> {
                  // Whitespace alone is not delivered yet.
                  String first = HEAD + chunk(event(" \\n ", "null"));
                  String second = HEAD + chunk(event("one", "\"stop\"")) + "0\r\n\r\n";
                  write(socket, connections.incrementAndGet() < 3 ? first : second);
                });
        Aligner aligner = Remote.aligner(server.uri())) {
      assertThat(aligner.correct(REQUEST, text -> {}).text()).isEqualTo("one");
      assertThat(connections).hasValue(3);
    }
  }

  @Test
  void correct_errorInTheStream_tellsItsStatus() {
    String json =
        "{\"error\":{\"code\":503,\"message\":\"secret\",\"type\":\"unavailable_error\"}}";
    for (String field : List.of("data", "error")) {
      try (CompletionsServer server = CompletionsServer.writing("");
          Aligner aligner = Remote.aligner(server.uri())) {
        server.nextStream(event("one", "null") + field + ": " + json + "\n\n", 9);

        assertThatExceptionOfType(RemoteStatusException.class)
            .isThrownBy(() -> aligner.correct(REQUEST, text -> {}))
            .satisfies(e -> assertThat(e.status()).isEqualTo(503))
            .satisfies(Remote::assertSecretsKept);
      }
    }
  }

  @Test
  void correct_malformedEvent_tellsNothingOfIt() {
    try (CompletionsServer server = CompletionsServer.writing("");
        Aligner aligner = Remote.aligner(server.uri())) {
      server.nextStream("data: {\"choices\": secretanswer}\n\n", 9);

      assertThatExceptionOfType(RemoteProtocolException.class)
          .isThrownBy(() -> aligner.correct(REQUEST, text -> {}))
          .withMessageContaining("malformed JSON at byte")
          .satisfies(Remote::assertSecretsKept);
    }
  }

  @Test
  void correct_listenerThrows_passesItThroughAndHangsUp() throws Exception {
    CountDownLatch hungUp = new CountDownLatch(1);
    try (RawServer server =
            RawServer.start(
                socket -> {
                  write(socket, HEAD + chunk(event("one", "null")));
                  RawServer.waitForClose(socket);
                  hungUp.countDown();
                });
        Aligner aligner = Remote.aligner(server.uri())) {
      IllegalStateException thrown = new IllegalStateException("no more");

      assertThatThrownBy(
              () ->
                  aligner.correct(
                      REQUEST,
                      text -> {
                        throw thrown;
                      }))
          .isSameAs(thrown);
      assertThat(hungUp.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void publish_subscriber_getsTheText() throws Exception {
    var executor = Executors.newSingleThreadExecutor();
    try (CompletionsServer server = CompletionsServer.writing(TEXT).chunkBytes(3);
        Aligner aligner = Remote.aligner(server.uri())) {
      StringBuilder text = new StringBuilder();
      CountDownLatch done = new CountDownLatch(1);
      aligner.publish(REQUEST, executor).subscribe(new Collector(text, done));

      assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(text).hasToString(TEXT);
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void correct_kept_isToldSo() {
    try (CompletionsServer server = CompletionsServer.writing("the same answer");
        Aligner aligner = Remote.aligner(server.uri())) {
      Correction correction =
          aligner.correct(CorrectionRequest.of("q", "the same answer\n"), text -> {});

      assertThat(correction.outcome()).isInstanceOf(CorrectionOutcome.Kept.class);
    }
  }

  private record Collector(StringBuilder text, CountDownLatch done)
      implements Flow.Subscriber<String> {

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String part) {
      text.append(part);
    }

    @Override
    public void onError(Throwable failure) {
      text.append(failure);
      done.countDown();
    }

    @Override
    public void onComplete() {
      done.countDown();
    }
  }
}
