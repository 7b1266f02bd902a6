package dev.aligner.onnx.internal.lifecycle;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * One part of several that a thread of its own opens while the caller opens others. Whoever starts
 * it either takes the part or closes this; a part that nobody takes is closed. Used by one thread.
 *
 * @param <T> the part
 */
public final class Beside<T extends AutoCloseable> implements AutoCloseable {

  private final FutureTask<T> opening;
  private boolean taken;

  private Beside(FutureTask<T> opening) {
    this.opening = opening;
  }

  /**
   * Starts to open a part.
   *
   * @param what names the thread
   * @param opener opens the part
   * @return the part that is being opened
   */
  public static <T extends AutoCloseable> Beside<T> open(String what, Supplier<T> opener) {
    FutureTask<T> opening = new FutureTask<>(opener::get);
    Thread thread = new Thread(opening, "aligner-open-" + what);
    thread.setDaemon(true);
    thread.start();
    return new Beside<>(opening);
  }

  /**
   * Waits for the part, which the caller closes from now on.
   *
   * @return the part
   * @throws RuntimeException what the opener threw
   * @throws Error what the opener threw
   */
  public T take() {
    taken = true;
    return await();
  }

  private T await() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return opening.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof RuntimeException runtime
          ? runtime
          : new IllegalStateException(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Waits until the opener is done, and closes a part that was not taken.
   *
   * @throws RuntimeException what the opener or closing threw, where nobody has heard of it yet
   */
  @Override
  public void close() {
    if (taken) {
      return;
    }
    try (CloseAll part = new CloseAll()) {
      part.add(take());
    } catch (Error e) {
      throw new IllegalStateException("a part did not open: " + e, e);
    }
  }
}
