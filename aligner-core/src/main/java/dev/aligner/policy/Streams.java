package dev.aligner.policy;

/** What all streams have in common. */
final class Streams {

  private Streams() {}

  static void requireOpen(boolean ended) {
    if (ended) {
      throw new IllegalStateException(
          "the stream has ended: expected calls before complete(), fail() and any exception");
    }
  }
}
