package dev.aligner.event;

/** The listener of {@link AlignmentListener#none()}. */
enum NoListener implements AlignmentListener {
  INSTANCE;

  @Override
  public void onEvent(AlignmentEvent event) {}
}
