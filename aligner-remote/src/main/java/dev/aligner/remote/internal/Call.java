package dev.aligner.remote.internal;

import dev.aligner.AlignerClosedException;
import dev.aligner.CancellationToken;
import dev.aligner.CancelledException;
import dev.aligner.DeadlineExceededException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One call: what may end it, and all its waiting. It belongs to one thread; only its end comes from
 * another. An interrupt ends no call, and is kept for later.
 */
public final class Call implements AutoCloseable {

  private final Consumer<Call> onLeave;
  private final @Nullable Duration timeout;
  private final long start = System.nanoTime();
  private final long nanos;
  private final List<Stop> stops = new ArrayList<>();
  private @Nullable Supplier<RuntimeException> end;
  private CancellationToken.@Nullable Registration registration;

  Call(Optional<Duration> timeout, Consumer<Call> onLeave) {
    this.timeout = timeout.orElse(null);
    this.nanos = timeout.map(Call::saturatedNanos).orElse(Long.MAX_VALUE);
    this.onLeave = onLeave;
  }

  /** Returns a duration in nanoseconds; 292 years and more are the longest time there is. */
  static long saturatedNanos(Duration duration) {
    return duration.toSeconds() >= Long.MAX_VALUE / 1_000_000_000L
        ? Long.MAX_VALUE
        : duration.toNanos();
  }

  void endBy(CancellationToken token, Supplier<RuntimeException> exception) {
    registration = token.onCancel(() -> end(exception));
  }

  /**
   * Returns if the call may go on.
   *
   * @throws AlignerClosedException if the aligner is being closed
   * @throws CancelledException if the call's token is cancelled
   * @throws DeadlineExceededException if the call's time is over
   */
  synchronized void check() {
    if (end != null) {
      throw end.get();
    }
    if (timeout != null && nanosLeft() <= 0) {
      throw new DeadlineExceededException(timeout);
    }
  }

  /** Returns the time that is left; 0 or less once it is over. */
  long nanosLeft() {
    return timeout == null ? Long.MAX_VALUE : nanos - (System.nanoTime() - start);
  }

  /** Returns the time since the call began. */
  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /**
   * Registers what wakes this call when it is ended from another thread; at once if it is already.
   *
   * @param action what to do; it must not block
   * @return the registration; closed when nothing is to be woken any more
   */
  Stop onEnd(Runnable action) {
    Stop stop = new Stop(action);
    boolean now;
    synchronized (this) {
      stops.add(stop);
      now = end != null;
    }
    if (now) {
      action.run();
    }
    return stop;
  }

  void end(Supplier<RuntimeException> exception) {
    List<Stop> woken;
    synchronized (this) {
      if (end == null) {
        end = exception;
      }
      woken = List.copyOf(stops);
    }
    woken.forEach(stop -> stop.action.run());
  }

  /**
   * Waits for a result, which is cancelled when the call ends first.
   *
   * @param future the result
   * @param atMostNanos how long to wait, where the call has more time
   * @return the result
   * @throws TimeoutException if it did not come in that time
   * @throws ExecutionException if it failed
   */
  <T> T await(CompletableFuture<T> future, long atMostNanos)
      throws TimeoutException, ExecutionException {
    long until = System.nanoTime() + Math.min(atMostNanos, Long.MAX_VALUE / 2);
    boolean interrupted = false;
    Stop stop = onEnd(() -> future.cancel(true));
    try {
      while (true) {
        try {
          long left = Math.min(until - System.nanoTime(), nanosLeft());
          return future.get(Math.max(0, left), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (TimeoutException | CancellationException e) {
      check();
      throw e;
    } finally {
      stop.close();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits, unless the call ends first. */
  void sleep(Duration duration) {
    try {
      await(new CompletableFuture<>(), saturatedNanos(duration));
    } catch (TimeoutException e) {
      return;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Leaves; an aligner that is being closed goes on when the last call has left. */
  @Override
  public void close() {
    if (registration != null) {
      registration.close();
    }
    onLeave.accept(this);
  }

  /** What wakes the call. */
  final class Stop implements AutoCloseable {

    private final Runnable action;

    private Stop(Runnable action) {
      this.action = action;
    }

    @Override
    public void close() {
      synchronized (Call.this) {
        stops.remove(this);
      }
    }
  }
}
