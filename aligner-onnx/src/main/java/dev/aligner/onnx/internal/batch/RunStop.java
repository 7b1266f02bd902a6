package dev.aligner.onnx.internal.batch;

import dev.aligner.CancelledException;
import dev.aligner.onnx.internal.decode.Cancellation;
import java.util.ArrayList;
import java.util.List;

/** Stops a run of several jobs once nobody waits for it any more. Thread-safe. */
final class RunStop implements Cancellation {

  private final List<Runnable> stops = new ArrayList<>();
  private boolean ended;

  /** Stops the run. */
  synchronized void end() {
    if (!ended) {
      ended = true;
      stops.forEach(Runnable::run);
    }
  }

  /** Nobody sees what this throws: the jobs have reasons of their own. */
  @Override
  public synchronized void check() {
    if (ended) {
      throw new CancelledException();
    }
  }

  @Override
  public synchronized Registration onCancel(Runnable stop) {
    stops.add(stop);
    if (ended) {
      stop.run();
    }
    return () -> remove(stop);
  }

  private synchronized void remove(Runnable stop) {
    stops.remove(stop);
  }
}
