package dev.aligner.onnx.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.AlignerClosedException;
import dev.aligner.CancellationToken;
import dev.aligner.CancelledException;
import dev.aligner.DeadlineExceededException;
import dev.aligner.InferenceException;
import dev.aligner.onnx.internal.decode.Cancellation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LifecycleTest {

  @Test
  void handle_isCountedAndClosedOnce() {
    AtomicInteger closed = new AtomicInteger();
    int before = NativeHandle.live();

    NativeHandle<AutoCloseable> handle = NativeHandle.of("a thing", closed::incrementAndGet);
    assertThat(NativeHandle.live()).isEqualTo(before + 1);
    handle.close();
    handle.close();

    assertThat(closed).hasValue(1);
    assertThat(NativeHandle.live()).isEqualTo(before);
    assertThatThrownBy(handle::get)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a thing is closed");
  }

  @Test
  void handle_thatDoesNotClose_isNotCountedAnyMore() {
    int before = NativeHandle.live();
    NativeHandle<AutoCloseable> handle =
        NativeHandle.of(
            "a thing",
            () -> {
              throw new Exception("no");
            });

    assertThatThrownBy(handle::close)
        .isInstanceOf(InferenceException.class)
        .hasMessageContaining("a thing");
    assertThat(NativeHandle.live()).isEqualTo(before);
  }

  @Test
  void partBeside_isOpenedInAnotherThread_andBelongsToWhoTakesIt() {
    AtomicInteger closed = new AtomicInteger();
    Thread caller = Thread.currentThread();
    AutoCloseable part = closed::incrementAndGet;

    Beside<AutoCloseable> beside =
        Beside.open(
            "part",
            () -> {
              assertThat(Thread.currentThread()).isNotSameAs(caller);
              return part;
            });
    assertThat(beside.take()).isSameAs(part);
    beside.close();

    assertThat(closed).hasValue(0);
  }

  @Test
  void partBeside_thatNobodyTakes_isWaitedForAndClosed() {
    AtomicInteger closed = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);
    Beside<AutoCloseable> beside =
        Beside.open(
            "part",
            () -> {
              assertThatCode(go::await).doesNotThrowAnyException();
              return closed::incrementAndGet;
            });
    Thread.currentThread().interrupt();
    go.countDown();

    beside.close();
    beside.close();

    assertThat(closed).hasValue(1);
    assertThat(Thread.interrupted()).as("kept for the caller").isTrue();
  }

  @Test
  void partBeside_thatDoesNotOpen_failsInTheCaller_orBesideItsFailure() {
    IllegalStateException failure = new IllegalStateException("no");
    Supplier<AutoCloseable> fails =
        () -> {
          throw failure;
        };
    Supplier<AutoCloseable> breaks =
        () -> {
          throw new StackOverflowError();
        };
    CloseAll all = new CloseAll();
    all.add(Beside.open("part", fails));
    all.add(Beside.open("part", breaks));
    RuntimeException first = new RuntimeException();

    all.closeAfter(first);

    assertThatThrownBy(() -> Beside.open("part", fails).take()).isSameAs(failure);
    assertThatThrownBy(() -> Beside.open("part", breaks).take())
        .isInstanceOf(StackOverflowError.class);
    assertThat(first.getSuppressed()).singleElement().asString().contains("StackOverflowError");
    assertThat(first.getSuppressed()[0].getSuppressed()).containsExactly(failure);
  }

  @Test
  void closeAll_closesTheNewestFirst_andAllOfThem() {
    List<String> order = new ArrayList<>();
    CloseAll all = new CloseAll();
    all.add((AutoCloseable) () -> order.add("first"));
    all.add(
        (AutoCloseable)
            () -> {
              throw new IllegalStateException("second");
            });
    all.add(
        (AutoCloseable)
            () -> {
              throw new Exception("third");
            });

    assertThatThrownBy(all::close)
        .hasMessageContaining("third")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    assertThat(order).containsExactly("first");
    all.close();
    assertThat(order).hasSize(1);
  }

  @Test
  void closeAll_afterAFailure_keepsTheFailure() {
    CloseAll all = new CloseAll();
    all.add(
        (AutoCloseable)
            () -> {
              throw new IllegalStateException("closing");
            });
    RuntimeException failure = new RuntimeException("the failure");

    all.closeAfter(failure);

    assertThat(failure.getSuppressed())
        .singleElement()
        .hasToString("java.lang.IllegalStateException: closing");
  }

  @Test
  @Timeout(10)
  void shutDown_cancelsCallsAndWaitsForThem() throws Exception {
    ActiveCalls calls = new ActiveCalls();
    AtomicInteger stopped = new AtomicInteger();
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    Thread worker =
        new Thread(
            () -> {
              try (ActiveCalls.Call call = calls.enter();
                  var registration =
                      call.onCancel(
                          () -> {
                            stopped.incrementAndGet();
                            cancelled.countDown();
                          })) {
                call.check();
                entered.countDown();
                cancelled.await(5, TimeUnit.SECONDS);
                assertThatThrownBy(call::check).isInstanceOf(AlignerClosedException.class);
                stopped.addAndGet(registration == null ? 0 : 10);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    worker.start();
    assertThat(entered.await(5, TimeUnit.SECONDS)).isTrue();

    calls.shutDown();

    assertThat(stopped).as("cancelled, and left, before shutDown returned").hasValue(11);
    assertThatThrownBy(calls::enter).isInstanceOf(AlignerClosedException.class);
    calls.shutDown();
    worker.join();
  }

  @Test
  void enter_withAToken_endsByItAndNeverLater() {
    CancellationToken token = new CancellationToken();
    ActiveCalls calls = new ActiveCalls();
    List<String> stopped = new ArrayList<>();
    try (ActiveCalls.Call call = calls.enter(Optional.empty(), Optional.of(token));
        Cancellation.Registration run = call.onCancel(() -> stopped.add("run"))) {
      call.check();
      token.cancel();
      assertThat(stopped).containsExactly("run");
      assertThatThrownBy(call::check).isInstanceOf(CancelledException.class);
      assertThat(run).isNotNull();
    }
    calls.enter().close();
  }

  @Test
  void enter_withATimeout_endsWhenItIsOver() throws InterruptedException {
    Duration timeout = Duration.ofMillis(20);
    try (ActiveCalls.Call call = new ActiveCalls().enter(Optional.of(timeout), Optional.empty())) {
      Thread.sleep(40);
      assertThatThrownBy(call::check)
          .isInstanceOfSatisfying(
              DeadlineExceededException.class, e -> assertThat(e.timeout()).isEqualTo(timeout));
    }
  }

  @Test
  void onCancel_afterTheRegistrationIsClosed_isNeverCalled() {
    ActiveCalls calls = new ActiveCalls();
    AtomicInteger stopped = new AtomicInteger();
    try (ActiveCalls.Call call = calls.enter()) {
      call.onCancel(stopped::incrementAndGet).close();
    }
    calls.shutDown();

    assertThat(stopped).hasValue(0);
  }
}
