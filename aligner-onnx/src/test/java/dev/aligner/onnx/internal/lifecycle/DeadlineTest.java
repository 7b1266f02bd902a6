package dev.aligner.onnx.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.AlignerClosedException;
import dev.aligner.InferenceException;
import dev.aligner.onnx.internal.decode.Cancellation;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class DeadlineTest {

  @Test
  void check_timeIsOver_saysSo() {
    Deadline deadline = Deadline.after(Duration.ofNanos(1), Cancellation.NEVER);

    assertThatThrownBy(deadline::check)
        .isInstanceOf(InferenceException.class)
        .hasMessageContaining("PT0.000000001S")
        .hasMessageContaining("Fix: ");
  }

  @Test
  void check_timeIsLeft_returns() {
    for (Duration timeout : new Duration[] {Duration.ofHours(1), Duration.ofSeconds(1L << 62)}) {
      assertThatCode(Deadline.after(timeout, Cancellation.NEVER)::check).doesNotThrowAnyException();
    }
  }

  @Test
  void check_callHasEnded_endsWithThat() {
    ActiveCalls calls = new ActiveCalls();
    ActiveCalls.Call call = calls.enter();
    Deadline deadline = Deadline.after(Duration.ofNanos(1), call);
    Thread closer = new Thread(calls::shutDown);
    AtomicBoolean stopped = new AtomicBoolean();
    Cancellation.Registration registration = deadline.onCancel(() -> stopped.set(true));
    try {
      closer.start();
      while (!stopped.get()) {
        Thread.onSpinWait();
      }
      assertThatThrownBy(deadline::check).isInstanceOf(AlignerClosedException.class);
    } finally {
      registration.close();
      call.close();
    }
  }
}
