package dev.aligner.policy;

import dev.aligner.event.AlignmentEvent;
import dev.aligner.event.AlignmentListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers all events. Thread-safe. */
public final class Recorder implements AlignmentListener {

  private final List<AlignmentEvent> events = new CopyOnWriteArrayList<>();

  @Override
  public void onEvent(AlignmentEvent event) {
    events.add(event);
  }

  /** Returns all events, in the order in which they were heard. */
  public List<AlignmentEvent> events() {
    return events;
  }

  /** Returns the simple names of the events. */
  public List<String> names() {
    return events.stream().map(event -> event.getClass().getSimpleName()).toList();
  }

  /** Returns the last event, which has to be of a type. */
  public <T extends AlignmentEvent> T last(Class<T> type) {
    return type.cast(events.get(events.size() - 1));
  }
}
