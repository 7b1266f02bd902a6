package dev.aligner.event;

import java.util.List;
import java.util.Objects;

/**
 * Hears of every answer, with the texts. It is called in the thread that corrects, which waits for
 * it, and by many threads at once. What it throws is counted and logged once, and changes nothing
 * for the caller.
 *
 * <p>Nobody else in the library gives the texts away; what a listener does with them is the
 * application's affair.
 */
@FunctionalInterface
public interface AlignmentListener {

  /**
   * Hears of an event.
   *
   * @param event what happened
   */
  void onEvent(AlignmentEvent event);

  /**
   * Returns the listener that does nothing, the default.
   *
   * @return always the same
   */
  static AlignmentListener none() {
    return NoListener.INSTANCE;
  }

  /**
   * Returns a listener that tells several, in their order; one that throws keeps nothing from the
   * others.
   *
   * @param listeners the listeners
   * @return the listener
   */
  static AlignmentListener all(AlignmentListener... listeners) {
    return new AllListeners(List.of(listeners));
  }

  /**
   * Returns a listener that tells this one and then another.
   *
   * @param other the other listener
   * @return the listener
   */
  default AlignmentListener andThen(AlignmentListener other) {
    return all(this, Objects.requireNonNull(other, "other"));
  }
}
