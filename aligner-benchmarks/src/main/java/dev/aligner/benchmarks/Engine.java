package dev.aligner.benchmarks;

/** One of the things that are compared. */
interface Engine extends AutoCloseable {

  String name();

  /**
   * Writes what follows a prompt, by greedy search.
   *
   * @throws PeerFailedException if another process was to do it and did not
   */
  Answer answer(Input input);

  @Override
  void close();
}
