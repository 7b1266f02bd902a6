package dev.aligner.remote.functional;

import static dev.aligner.remote.testing.Remote.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.CorrectionOutcome;
import dev.aligner.CorrectionRequest;
import dev.aligner.OverloadedException;
import dev.aligner.SkipReason;
import dev.aligner.remote.RemoteStatusException;
import dev.aligner.remote.SpecialTokenException;
import dev.aligner.remote.testing.CompletionsServer;
import dev.aligner.remote.testing.Remote;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConcurrencyTest {

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  /** A server that echoes the prompt's question once it may. */
  private static CompletionsServer gated(Semaphore gate) {
    return CompletionsServer.start(
        prompt -> {
          gate.acquireUninterruptibly();
          String text = prompt.asText();
          return "better " + text.substring(3, text.indexOf(" A:"));
        });
  }

  @Test
  void correctAll_manyAnswers_keepTheirOrderWithinTheBound() {
    Semaphore gate = new Semaphore(0);
    try (CompletionsServer server = gated(gate);
        Aligner aligner = Remote.builder(server.uri()).maxConcurrentCalls(4).build()) {
      List<CorrectionRequest> requests =
          IntStream.range(0, 40).mapToObj(i -> CorrectionRequest.of("q" + i, "a")).toList();
      CompletableFuture<List<Correction>> all =
          CompletableFuture.supplyAsync(() -> aligner.correctAll(requests), threads);
      await(() -> server.received().size() == 4);
      gate.release(1000);

      List<Correction> corrections = all.join();

      assertThat(corrections)
          .extracting(Correction::text)
          .containsExactlyElementsOf(
              requests.stream().map(request -> "better " + request.query()).toList());
      assertThat(server.mostActive()).isEqualTo(4);
    }
  }

  @Test
  void correctAll_someFail_failAlone() {
    try (CompletionsServer server = CompletionsServer.writing("better");
        Aligner aligner = Remote.builder(server.uri()).maxConcurrentCalls(1).build()) {
      server.next(400, "{}");

      List<Correction> corrections =
          aligner.correctAll(
              List.of(
                  REQUEST,
                  REQUEST,
                  CorrectionRequest.of("q", "a </s>"),
                  CorrectionRequest.of("q", " ")));

      assertThat(corrections)
          .extracting(Correction::text)
          .containsExactly(REQUEST.answer(), "better", "a </s>", " ");
      assertThat(failure(corrections.get(0))).isInstanceOf(RemoteStatusException.class);
      assertThat(corrections.get(1).outcome()).isInstanceOf(CorrectionOutcome.Corrected.class);
      assertThat(failure(corrections.get(2))).isInstanceOf(SpecialTokenException.class);
      assertThat(corrections.get(3).outcome())
          .isEqualTo(new CorrectionOutcome.Skipped(SkipReason.NOTHING_TO_CORRECT));
    }
  }

  private static RuntimeException failure(Correction correction) {
    return ((CorrectionOutcome.Failed) correction.outcome()).exception();
  }

  @Test
  void correctAll_nothingOrNull_asksForNothing() {
    try (CompletionsServer server = CompletionsServer.writing("better");
        Aligner aligner = Remote.aligner(server.uri())) {
      List<CorrectionRequest> withNull = new ArrayList<>(List.of(REQUEST));
      withNull.add(null);

      assertThat(aligner.correctAll(List.of())).isEmpty();
      assertThatThrownBy(() -> aligner.correctAll(withNull))
          .isInstanceOf(NullPointerException.class);
      assertThat(server.received()).isEmpty();
    }
  }

  @Test
  void correct_queueIsFull_isRefusedAtOnce() {
    Semaphore gate = new Semaphore(0);
    try (CompletionsServer server = gated(gate);
        Aligner aligner =
            Remote.builder(server.uri()).maxConcurrentCalls(1).queueCapacity(2).build()) {
      List<CompletableFuture<Correction>> calls = new ArrayList<>();
      List<Thread> callers = new CopyOnWriteArrayList<>();
      for (int i = 0; i < 3; i++) {
        calls.add(
            CompletableFuture.supplyAsync(
                () -> {
                  callers.add(Thread.currentThread());
                  return aligner.correct(REQUEST);
                },
                threads));
      }
      await(() -> server.received().size() == 1 && callers.size() == 3 && allWait(callers));

      assertThatExceptionOfType(OverloadedException.class)
          .isThrownBy(() -> aligner.correct(REQUEST))
          .withMessageContaining("queueCapacity")
          .satisfies(e -> assertThat(e.capacity()).isEqualTo(2));
      gate.release(10);

      calls.forEach(call -> assertThat(call.join().text()).isEqualTo("better secretquery"));
      assertThat(server.received()).hasSize(3);
      assertThat(server.mostActive()).isEqualTo(1);
    }
  }

  private static boolean allWait(List<Thread> threads) {
    return threads.stream()
        .allMatch(
            thread ->
                thread.getState() == Thread.State.TIMED_WAITING
                    || thread.getState() == Thread.State.WAITING);
  }

  @Test
  void correct_waiting_isServedInTheOrderOfItsComing() {
    Semaphore gate = new Semaphore(0);
    try (CompletionsServer server = gated(gate);
        Aligner aligner = Remote.builder(server.uri()).maxConcurrentCalls(1).build()) {
      List<CompletableFuture<Correction>> calls = new ArrayList<>();
      List<Thread> callers = new CopyOnWriteArrayList<>();
      for (int i = 0; i < 6; i++) {
        CorrectionRequest request = CorrectionRequest.of("q" + i, "a");
        calls.add(
            CompletableFuture.supplyAsync(
                () -> {
                  callers.add(Thread.currentThread());
                  return aligner.correct(request);
                },
                threads));
        int soFar = i + 1;
        await(() -> server.received().size() == 1 && callers.size() == soFar && allWait(callers));
      }
      gate.release(10);
      calls.forEach(CompletableFuture::join);

      assertThat(server.received())
          .extracting(received -> received.body().path("prompt").asText().substring(3, 5))
          .containsExactly("q0", "q1", "q2", "q3", "q4", "q5");
    }
  }

  @Test
  void correct_withinAListener_needsNoPlaceOfItsOwn() {
    try (CompletionsServer server = CompletionsServer.writing("one two");
        Aligner aligner =
            Remote.builder(server.uri()).maxConcurrentCalls(1).queueCapacity(0).build()) {
      List<String> inner = new ArrayList<>();
      aligner.correct(REQUEST, text -> inner.add(aligner.correct(REQUEST).text()));

      assertThat(inner).containsExactly("one two", "one two");
      assertThat(aligner.correct(REQUEST).text()).isEqualTo("one two");
    }
  }

  @Test
  void correctAll_withinListenersOfAllPlaces_ends() {
    try (CompletionsServer server = CompletionsServer.writing("one");
        Aligner aligner = Remote.builder(server.uri()).maxConcurrentCalls(2).build()) {
      CyclicBarrier both = new CyclicBarrier(2);
      List<CompletableFuture<List<Correction>>> calls = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        calls.add(
            CompletableFuture.supplyAsync(
                () -> {
                  List<Correction> inner = new ArrayList<>();
                  aligner.correct(
                      REQUEST,
                      text -> {
                        meet(both);
                        inner.addAll(aligner.correctAll(List.of(REQUEST, REQUEST, REQUEST)));
                      });
                  return inner;
                },
                threads));
      }

      calls.forEach(
          call ->
              assertThat(call.join())
                  .extracting(Correction::text)
                  .containsExactly("one", "one", "one"));
    }
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void correct_placesOfFailedCalls_areFreeAgain() {
    try (CompletionsServer server = CompletionsServer.writing("better");
        Aligner aligner =
            Remote.builder(server.uri()).maxConcurrentCalls(1).queueCapacity(0).build()) {
      for (int i = 0; i < 20; i++) {
        server.next(400, "{}");
        assertThatThrownBy(() -> aligner.correct(REQUEST))
            .isInstanceOf(RemoteStatusException.class);
      }
      assertThat(aligner.correct(REQUEST).text()).isEqualTo("better");
    }
  }

  @Test
  void correct_fromManyThreads_loseNothing() throws Exception {
    try (CompletionsServer server = gated(new Semaphore(100_000));
        Aligner aligner = Remote.builder(server.uri()).maxConcurrentCalls(8).build()) {
      CountDownLatch done = new CountDownLatch(32);
      List<String> wrong = new CopyOnWriteArrayList<>();
      for (int t = 0; t < 32; t++) {
        String query = "q" + t;
        threads.execute(
            () -> {
              for (int i = 0; i < 20; i++) {
                CorrectionRequest request = CorrectionRequest.of(query, "a");
                Correction correction =
                    i % 2 == 0 ? aligner.correct(request) : aligner.correct(request, text -> {});
                if (!correction.text().equals("better " + query)) {
                  wrong.add(correction.text());
                }
              }
              done.countDown();
            });
      }

      assertThat(done.await(50, TimeUnit.SECONDS)).isTrue();
      assertThat(wrong).isEmpty();
      assertThat(server.mostActive()).isLessThanOrEqualTo(8);
      assertThat(server.received().stream().map(CompletionsServer.Received::connection).distinct())
          .hasSizeLessThanOrEqualTo(40);
    }
  }

  private static void await(BooleanSupplier condition) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(until);
      try {
        TimeUnit.MILLISECONDS.sleep(5);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
