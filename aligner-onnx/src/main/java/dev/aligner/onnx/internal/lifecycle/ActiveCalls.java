package dev.aligner.onnx.internal.lifecycle;

import dev.aligner.AlignerClosedException;
import dev.aligner.onnx.internal.decode.Cancellation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
  public synchronized Call enter() {
    if (closed) {
      throw new AlignerClosedException();
    }
    Call call = new Call();
    calls.add(call);
    return call;
  }

  /** Ends all calls and waits until the last has left, whether or not the thread is interrupted. */
  public void shutDown() {
    List<Call> running;
    synchronized (this) {
      closed = true;
      running = List.copyOf(calls);
    }
    running.forEach(Call::cancel);
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
    private boolean cancelled;

    private Call() {}

    /**
     * Returns if the call may go on.
     *
     * @throws AlignerClosedException if the model is being closed
     */
    @Override
    public synchronized void check() {
      if (cancelled) {
        throw new AlignerClosedException();
      }
    }

    @Override
    public synchronized Registration onCancel(Runnable stop) {
      Stop registered = new Stop(stop);
      stops.add(registered);
      if (cancelled) {
        stop.run();
      }
      return () -> remove(registered);
    }

    private synchronized void remove(Stop stop) {
      stops.remove(stop);
    }

    private synchronized void cancel() {
      cancelled = true;
      stops.forEach(s -> s.action.run());
    }

    /** Leaves; a model that is being closed goes on when the last call has left. */
    @Override
    public void close() {
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
