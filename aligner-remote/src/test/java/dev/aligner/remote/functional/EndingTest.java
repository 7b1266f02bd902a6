package dev.aligner.remote.functional;

import static dev.aligner.remote.testing.Remote.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.Aligner;
import dev.aligner.AlignerClosedException;
import dev.aligner.CancellationToken;
import dev.aligner.CancelledException;
import dev.aligner.Correction;
import dev.aligner.CorrectionOutcome;
import dev.aligner.CorrectionRequest;
import dev.aligner.DeadlineExceededException;
import dev.aligner.remote.testing.CompletionsServer;
import dev.aligner.remote.testing.RawServer;
import dev.aligner.remote.testing.Remote;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Time-outs, cancellation and close, wherever a call waits. */
@Timeout(60)
class EndingTest {

  /** Where a call waits. */
  enum Wait {
    FOR_A_PLACE,
    FOR_THE_HEAD,
    FOR_THE_BODY,
    FOR_THE_STREAM,
    FOR_A_RETRY
  }

  private final CountDownLatch waits = new CountDownLatch(1);
  private final CountDownLatch hungUp = new CountDownLatch(1);
  private final CancellationToken first = new CancellationToken();
  private RawServer server;
  private Aligner aligner;

  private void start(Wait wait) throws Exception {
    server =
        RawServer.start(
            socket -> {
              socket.getOutputStream().write(beginning(wait).getBytes(StandardCharsets.UTF_8));
              socket.getOutputStream().flush();
              waits.countDown();
              RawServer.waitForClose(socket);
              hungUp.countDown();
            });
    aligner = Remote.builder(server.uri()).maxConcurrentCalls(1).build();
    if (wait == Wait.FOR_A_PLACE) {
      CompletableFuture<Correction> holder =
          CompletableFuture.supplyAsync(() -> aligner.correct(REQUEST.withCancellation(first)));
      assertThat(waits.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(holder).isNotDone();
    }
  }

  private static String beginning(Wait wait) {
    return switch (wait) {
      case FOR_A_PLACE, FOR_THE_HEAD -> "";
      case FOR_THE_BODY -> "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{";
      case FOR_THE_STREAM ->
          "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 999\r\n\r\n"
              + "data: {\"choices\":[{\"text\":\"one\"}]}\n\n";
      case FOR_A_RETRY -> "HTTP/1.1 503 No\r\nContent-Length: 0\r\nRetry-After: 3\r\n\r\n";
    };
  }

  private Correction correct(Wait wait, CorrectionRequest request) {
    return wait == Wait.FOR_THE_STREAM
        ? aligner.correct(request, text -> {})
        : aligner.correct(request);
  }

  @AfterEach
  void stop() {
    first.cancel();
    aligner.close();
    server.close();
  }

  private void assertHungUp(Wait wait) throws InterruptedException {
    if (wait != Wait.FOR_A_PLACE && wait != Wait.FOR_A_RETRY) {
      assertThat(hungUp.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** A wait for a retry that would outlast the time-out is not begun: see FailuresTest. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FOR_A_RETRY")
  void timeout_whereverItWaits_endsTheCall(Wait wait) throws Exception {
    start(wait);
    Duration timeout = Duration.ofMillis(300);
    long begin = System.nanoTime();

    assertThatThrownBy(() -> correct(wait, REQUEST.withTimeout(timeout)))
        .isInstanceOf(DeadlineExceededException.class)
        .satisfies(Remote::assertSecretsKept);

    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isBetween(timeout, timeout.plusSeconds(10));
    assertHungUp(wait);
  }

  @ParameterizedTest
  @EnumSource
  void cancel_whereverItWaits_endsTheCallAndTheAlignerStaysUsable(Wait wait) throws Exception {
    start(wait);
    CancellationToken token = new CancellationToken();
    CompletableFuture<Correction> call =
        CompletableFuture.supplyAsync(() -> correct(wait, REQUEST.withCancellation(token)));
    assertThat(waits.await(20, TimeUnit.SECONDS)).isTrue();
    TimeUnit.MILLISECONDS.sleep(100);
    assertThat(call).isNotDone();

    token.cancel();

    assertThatThrownBy(() -> call.get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(CancelledException.class);
    assertHungUp(wait);
    assertThat(aligner.correct("q", " ").outcome()).isInstanceOf(CorrectionOutcome.Skipped.class);
  }

  @ParameterizedTest
  @EnumSource
  void close_whereverItWaits_endsTheCallAndReturnsAfterIt(Wait wait) throws Exception {
    start(wait);
    CompletableFuture<Correction> call =
        CompletableFuture.supplyAsync(() -> correct(wait, REQUEST));
    assertThat(waits.await(20, TimeUnit.SECONDS)).isTrue();
    TimeUnit.MILLISECONDS.sleep(100);

    aligner.close();

    assertThatThrownBy(() -> call.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(AlignerClosedException.class);
    assertHungUp(wait);
    aligner.close();
    assertThatThrownBy(() -> aligner.correct(REQUEST)).isInstanceOf(AlignerClosedException.class);
    assertThatThrownBy(() -> aligner.correct(REQUEST, text -> {}))
        .isInstanceOf(AlignerClosedException.class);
    assertThat(aligner.correctAll(List.of(REQUEST, REQUEST)))
        .extracting(Correction::outcome)
        .allMatch(
            outcome ->
                outcome instanceof CorrectionOutcome.Failed failed
                    && failed.exception() instanceof AlignerClosedException);
  }

  @ParameterizedTest
  @EnumSource
  void interrupt_whereverItWaits_endsNothingAndIsKept(Wait wait) throws Exception {
    start(wait);
    CancellationToken token = new CancellationToken();
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                correct(wait, REQUEST.withCancellation(token));
              } catch (CancelledException e) {
                interrupted.complete(Thread.currentThread().isInterrupted());
              }
            });
    thread.start();
    assertThat(waits.await(20, TimeUnit.SECONDS)).isTrue();

    thread.interrupt();
    assertThatThrownBy(() -> interrupted.get(200, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    token.cancel();

    assertThat(interrupted.get(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void cancel_beforeTheCall_asksForNothing() throws Exception {
    try (CompletionsServer other = CompletionsServer.writing("better")) {
      start(Wait.FOR_THE_HEAD);
      aligner.close();
      aligner = Remote.aligner(other.uri());
      first.cancel();

      assertThatThrownBy(() -> aligner.correct(REQUEST.withCancellation(first)))
          .isInstanceOf(CancelledException.class);
      assertThat(other.received()).isEmpty();
      assertThat(aligner.correct(REQUEST).text()).isEqualTo("better");
    }
  }

  @Test
  void timeout_ofManyCenturies_isNone() throws Exception {
    try (CompletionsServer other = CompletionsServer.writing("better")) {
      start(Wait.FOR_THE_HEAD);
      aligner.close();
      aligner = Remote.aligner(other.uri());

      assertThat(aligner.correct(REQUEST.withTimeout(Duration.ofSeconds(Long.MAX_VALUE))).text())
          .isEqualTo("better");
    }
  }
}
