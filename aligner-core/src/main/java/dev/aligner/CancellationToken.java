package dev.aligner;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Ends calls from another thread. Put it into requests by {@link
 * CorrectionRequest#withCancellation}; {@link #cancel} ends those that run within one step of the
 * model, with {@link CancelledException}, and the engine stays usable. One token may end many
 * calls.
 *
 * <p>Thread-safe.
 */
public final class CancellationToken {

  private final List<Registration> registrations = new ArrayList<>();
  private boolean cancelled;

  /** Makes a token that is not cancelled. */
  public CancellationToken() {}

  /** Ends all calls that have this token, now and later. Cancelling twice does nothing more. */
  public void cancel() {
    List<Registration> notified;
    synchronized (this) {
      cancelled = true;
      notified = List.copyOf(registrations);
      registrations.clear();
    }
    notified.forEach(registration -> registration.action.run());
  }

  /**
   * Tells whether this token is cancelled.
   *
   * @return true from the first {@link #cancel} on
   */
  public synchronized boolean isCancelled() {
    return cancelled;
  }

  /**
   * Registers what an engine does on cancellation. It runs in the thread that cancels, or at once
   * if this token is cancelled already; at most once.
   *
   * @param action what to do; it must not block
   * @return the registration; closed when the call is over
   */
  public Registration onCancel(Runnable action) {
    Registration registration = new Registration(Objects.requireNonNull(action, "action"));
    boolean now;
    synchronized (this) {
      now = cancelled;
      if (!now) {
        registrations.add(registration);
      }
    }
    if (now) {
      action.run();
    }
    return registration;
  }

  private synchronized void remove(Registration registration) {
    registrations.remove(registration);
  }

  /** A registered action. */
  public final class Registration implements AutoCloseable {

    private final Runnable action;

    private Registration(Runnable action) {
      this.action = action;
    }

    /** Takes the action back. Closing twice does nothing more. */
    @Override
    public void close() {
      remove(this);
    }
  }
}
