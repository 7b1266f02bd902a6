package dev.aligner.remote.internal;

import dev.aligner.OverloadedException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Lets so many calls through at a time; others wait in the order they came in, and so many may
 * wait. A thread that holds a place gets no second one: a listener may correct something while it
 * hears of a text. Thread-safe.
 */
public final class Admission {

  private final int places;
  private final int capacity;
  private final Deque<CompletableFuture<Boolean>> waiting = new ArrayDeque<>();
  private final Set<Thread> holding = ConcurrentHashMap.newKeySet();
  private int taken;

  /**
   * Makes an admission.
   *
   * @param places how many calls may be on their way at a time, 1 or more
   * @param capacity how many more may wait, 0 or more
   */
  public Admission(int places, int capacity) {
    this.places = places;
    this.capacity = capacity;
  }

  /**
   * Waits for a place.
   *
   * @param call the call; what ends it ends the waiting
   * @return the place; the same thread closes it
   * @throws OverloadedException if too many calls wait already
   */
  Place enter(Call call) {
    if (isHeld()) {
      return new Place(/* taken= */ false);
    }
    CompletableFuture<Boolean> turn = new CompletableFuture<>();
    synchronized (this) {
      if (taken < places) {
        taken++;
        turn.complete(true);
      } else if (waiting.size() >= capacity) {
        throw new OverloadedException(
            capacity,
            "too many calls wait for the server: expected at most "
                + capacity
                + " to wait, found "
                + waiting.size()
                + " already. Fix: call again later, let more wait by queueCapacity(...), or send more at once"
                + " by maxConcurrentCalls(...)");
      } else {
        waiting.addLast(turn);
      }
    }
    try {
      call.await(turn, Long.MAX_VALUE);
    } catch (RuntimeException | Error e) {
      giveUp(turn);
      throw e;
    } catch (TimeoutException | ExecutionException e) {
      giveUp(turn);
      throw new IllegalStateException(e);
    }
    holding.add(Thread.currentThread());
    return new Place(/* taken= */ true);
  }

  /** Tells whether this thread holds a place, as a listener's does. */
  public boolean isHeld() {
    return holding.contains(Thread.currentThread());
  }

  /** A turn may have come at the moment the call ended; then it is handed on. */
  private synchronized void giveUp(CompletableFuture<Boolean> turn) {
    waiting.removeIf(other -> other == turn);
    if (!turn.isCancelled() && turn.isDone()) {
      handOn();
    }
  }

  /** Gives a place to the first that still waits for it. */
  private synchronized void handOn() {
    CompletableFuture<Boolean> next = waiting.pollFirst();
    while (next != null && !next.complete(true)) {
      next = waiting.pollFirst();
    }
    if (next == null) {
      taken--;
    }
  }

  /** A place, to be closed by the thread that took it. */
  final class Place implements AutoCloseable {

    private boolean taken;

    private Place(boolean taken) {
      this.taken = taken;
    }

    @Override
    public void close() {
      if (taken) {
        taken = false;
        holding.remove(Thread.currentThread());
        handOn();
      }
    }
  }
}
