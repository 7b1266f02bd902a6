package dev.aligner.remote.internal;

import dev.aligner.AlignerClosedException;
import dev.aligner.CancelledException;
import dev.aligner.CorrectionRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The calls that run right now. {@link #shutDown} lets no new one in, ends those that run, and
 * returns when the last has left. Thread-safe.
 */
public final class Calls {

  private final Set<Call> running = new HashSet<>();
  private boolean closed;

  /**
   * Begins a call that its timeout or its token may end.
   *
   * @param request what is to be corrected
   * @return the call; closed when it is over
   * @throws AlignerClosedException if no more calls are let in
   */
  public Call enter(CorrectionRequest request) {
    Call call = new Call(request.timeout(), this::leave);
    synchronized (this) {
      if (closed) {
        throw new AlignerClosedException();
      }
      running.add(call);
    }
    request.cancellation().ifPresent(token -> call.endBy(token, CancelledException::new));
    return call;
  }

  /** Ends all calls and waits until the last has left, whether or not the thread is interrupted. */
  public void shutDown() {
    List<Call> ended;
    synchronized (this) {
      closed = true;
      ended = List.copyOf(running);
    }
    ended.forEach(call -> call.end(AlignerClosedException::new));
    boolean interrupted = false;
    synchronized (this) {
      while (!running.isEmpty()) {
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
    running.remove(call);
    notifyAll();
  }
}
