package dev.aligner.policy;

import java.util.concurrent.atomic.AtomicBoolean;

/** Something that is done the first time alone. Thread-safe. */
final class Once {

  private final AtomicBoolean done = new AtomicBoolean();

  boolean first() {
    return !done.get() && done.compareAndSet(false, true);
  }
}
