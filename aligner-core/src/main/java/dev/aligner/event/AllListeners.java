package dev.aligner.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells several listeners; the first exception is thrown when all have heard. */
record AllListeners(List<AlignmentListener> listeners) implements AlignmentListener {

  @Override
  public void onEvent(AlignmentEvent event) {
    RuntimeException first = null;
    for (AlignmentListener listener : listeners) {
      first = tell(listener, event, first);
    }
    if (first != null) {
      throw first;
    }
  }

  private static @Nullable RuntimeException tell(
      AlignmentListener listener, AlignmentEvent event, @Nullable RuntimeException first) {
    try {
      listener.onEvent(event);
      return first;
    } catch (RuntimeException e) {
      if (first == null) {
        return e;
      }
      first.addSuppressed(e);
      return first;
    }
  }
}
