package dev.aligner.onnx.internal.lifecycle;

import dev.aligner.InferenceException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The guard around one native object: it is counted, cannot be reached after it is closed, and is
 * closed once. ONNX Runtime ends the JVM when it is handed a closed object, so no other class keeps
 * one outside of this guard for longer than a call.
 *
 * @param <T> the Java object that owns the native one
 */
public final class NativeHandle<T extends AutoCloseable> implements AutoCloseable {

  private static final AtomicInteger LIVE = new AtomicInteger();

  private final String what;
  private final T object;
  private final AtomicBoolean closed = new AtomicBoolean();

  private NativeHandle(String what, T object) {
    this.what = what;
    this.object = object;
  }

  /**
   * Takes over a native object.
   *
   * @param what what it is, for error messages
   * @param object the object; from now on only this handle closes it
   * @return the guard
   */
  public static <T extends AutoCloseable> NativeHandle<T> of(String what, T object) {
    LIVE.incrementAndGet();
    return new NativeHandle<>(what, object);
  }

  /**
   * Returns the number of handles of this process that are open; every test ends with 0.
   *
   * @return the count
   */
  public static int live() {
    return LIVE.get();
  }

  /**
   * Returns the native object, to be used at once and not kept.
   *
   * @return the object
   * @throws IllegalStateException if this handle is closed
   */
  public T get() {
    if (closed.get()) {
      throw new IllegalStateException(what + " is closed");
    }
    return object;
  }

  /**
   * Closes the native object. Closing twice does nothing more.
   *
   * @throws InferenceException if the native object does not close
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    LIVE.decrementAndGet();
    try {
      object.close();
    } catch (Exception e) {
      throw new InferenceException("could not close " + what, e);
    }
  }
}
