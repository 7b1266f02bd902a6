package dev.aligner.onnx.internal.lifecycle;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Collects what has been opened and closes it in reverse order, whatever any of them throws. Used
 * by constructors that must leak nothing when they fail half-way, and by owners of several parts.
 * Not thread-safe.
 */
public final class CloseAll implements AutoCloseable {

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  /**
   * Adds a part.
   *
   * @param part what is to be closed
   * @return the part
   */
  public <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  /**
   * Closes everything because of a failure, which the caller throws.
   *
   * @param failure what went wrong; what closing throws is added to it
   */
  public void closeAfter(Throwable failure) {
    try {
      close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * Closes all parts, the newest first. Closing twice does nothing more.
   *
   * @throws RuntimeException the first failure, later ones suppressed in it
   */
  @Override
  public void close() {
    RuntimeException first = null;
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        if (first == null) {
          first = e instanceof RuntimeException r ? r : new IllegalStateException(e);
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
