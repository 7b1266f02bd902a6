package dev.aligner.onnx.internal.lifecycle;

import dev.aligner.AlignerClosedException;
import dev.aligner.CancellationToken;
import dev.aligner.CancelledException;
import dev.aligner.DeadlineExceededException;
import dev.aligner.onnx.internal.decode.Cancellation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls that run on a model right now. {@link #shutDown} lets no new one in, ends those that
 * run, and returns when the last has left, so that what they use can be closed. Thread-safe.
 */
public final class ActiveCalls {

  private final Set<Call> calls = new HashSet<>();
  private boolean closed;

  /**
   * Begins a call.
   *
   * @return the call; closed when it is over
   * @throws AlignerClosedException if the model is closed
   */
  public Call enter() {
    return enter(Optional.empty(), Optional.empty());
  }

  /**
   * Begins a call that time or another thread may end.
   *
   * @param timeout how long it may take
   * @param token what ends it
   * @return the call; closed when it is over
   * @throws AlignerClosedException if the model is closed
   */
  public Call enter(Optional<Duration> timeout, Optional<CancellationToken> token) {
    Call call = new Call(timeout);
    synchronized (this) {
      if (closed) {
        throw new AlignerClosedException();
      }
      calls.add(call);
    }
    token.ifPresent(t -> call.registration = t.onCancel(() -> call.end(CancelledException::new)));
    return call;
  }

  /** Ends all calls and waits until the last has left, whether or not the thread is interrupted. */
  public void shutDown() {
    List<Call> running;
    synchronized (this) {
      closed = true;
      running = List.copyOf(calls);
    }
    running.forEach(call -> call.end(AlignerClosedException::new));
    boolean interrupted = false;
    synchronized (this) {
      while (!calls.isEmpty()) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void leave(Call call) {
    calls.remove(call);
    notifyAll();
  }

  /** One call. It belongs to one thread; only its cancellation comes from another. */
  public final class Call implements Cancellation, AutoCloseable {

    private final List<Stop> stops = new ArrayList<>();
    private final @Nullable Duration timeout;
    private final long start = System.nanoTime();
    private long waitedNanos;
    private @Nullable Supplier<RuntimeException> end;
    private CancellationToken.@Nullable Registration registration;

    private Call(Optional<Duration> timeout) {
      this.timeout = timeout.orElse(null);
    }

    /**
     * Returns if the call may go on.
     *
     * @throws AlignerClosedException if the model is being closed
     * @throws CancelledException if the call's token is cancelled
     * @throws DeadlineExceededException if the call's time is over
     */
    @Override
    public synchronized void check() {
      if (end != null) {
        throw end.get();
      }
      if (timeout != null && System.nanoTime() - start > timeout.toNanos()) {
        throw new DeadlineExceededException(timeout);
      }
    }

    @Override
    public long nanosLeft() {
      return timeout == null ? Long.MAX_VALUE : timeout.toNanos() - (System.nanoTime() - start) + 1;
    }

    @Override
    public void waited(long nanos) {
      waitedNanos += nanos;
    }

    @Override
    public long waitedNanos() {
      return waitedNanos;
    }

    @Override
    public synchronized Registration onCancel(Runnable stop) {
      Stop registered = new Stop(stop);
      stops.add(registered);
      if (end != null) {
        stop.run();
      }
      return () -> remove(registered);
    }

    private synchronized void remove(Stop stop) {
      stops.remove(stop);
    }

    private synchronized void end(Supplier<RuntimeException> exception) {
      if (end == null) {
        end = exception;
      }
      stops.forEach(s -> s.action.run());
    }

    /** Leaves; a model that is being closed goes on when the last call has left. */
    @Override
    public void close() {
      if (registration != null) {
        registration.close();
      }
      leave(this);
    }
  }

  /** A stop with an identity of its own. */
  private static final class Stop {
    private final Runnable action;

    Stop(Runnable action) {
      this.action = action;
    }
  }
}
