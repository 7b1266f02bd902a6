package dev.aligner.examples.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns Ctrl-C and a plain {@code kill} into a request to stop, so that a run ends between two
 * chunks and closes what it holds. A second one ends the process at once. Thread-safe.
 */
final class Interruption implements AutoCloseable {

  /*
   * Why not a shutdown hook: ONNX Runtime has one too, and all of them run at once. Its hook frees
   * the environment under the correction that is still running [1]. A signal handler lets the run
   * end first. sun.misc.Signal is exported for such uses (JEP 260) but javac warns of it in a way
   * that cannot be suppressed; hence the reflection. Without it, or with -Xrs, Ctrl-C ends the
   * process at once, and the next run cuts off the line that was being written.
   *
   * [1] microsoft/onnxruntime issue 31352
   */
  private static final List<String> SIGNALS = List.of("INT", "TERM", "HUP");

  private final Runnable onRequest;
  private final List<Previous> previous = new ArrayList<>();
  private volatile boolean requested;

  private record Previous(Object signal, Object handler) {}

  private Interruption(Runnable onRequest) {
    this.onRequest = onRequest;
  }

  /**
   * Begins to listen.
   *
   * @param onRequest called once, in a thread of its own, when the process is asked to end
   * @return the listener; closing it gives the signals back
   */
  static Interruption listen(Runnable onRequest) {
    Interruption interruption = new Interruption(onRequest);
    SIGNALS.forEach(interruption::listenTo);
    return interruption;
  }

  /** Tells whether the process was asked to end. */
  boolean requested() {
    return requested;
  }

  private void listenTo(String name) {
    try {
      Object signal =
          Class.forName("sun.misc.Signal").getConstructor(String.class).newInstance(name);
      Class<?> type = Class.forName("sun.misc.SignalHandler");
      Object handler =
          Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, this::onSignal);
      synchronized (this) {
        previous.add(new Previous(signal, install(signal, handler)));
      }
    } catch (ReflectiveOperationException e) {
      // The platform has no such signal, or keeps it to itself.
      return;
    }
  }

  private static Object install(Object signal, Object handler) throws ReflectiveOperationException {
    return signal
        .getClass()
        .getMethod("handle", signal.getClass(), Class.forName("sun.misc.SignalHandler"))
        .invoke(null, signal, handler);
  }

  private @Nullable Object onSignal(Object proxy, Method method, Object[] arguments) {
    close();
    if (!requested) {
      requested = true;
      onRequest.run();
    }
    return null;
  }

  /** Gives the signals back to whoever had them. */
  @Override
  public synchronized void close() {
    try {
      for (Previous handler : previous) {
        install(handler.signal, handler.handler);
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a signal that was taken cannot be given back", e);
    } finally {
      previous.clear();
    }
  }
}
