package dev.aligner.onnx.internal.decode;

/**
 * A search on its way, one step after the other, for prompts whose owners may leave before the last
 * of them ends. It belongs to one thread at a time.
 */
public interface SteppedSearch {

  /** Runs the model, most often once; not to be called once all prompts have ended. */
  void step();

  /**
   * Tells whether all outputs of a prompt have ended, or nobody waits for them any more.
   *
   * @param prompt the index of the prompt
   * @return true if no step adds anything to them
   */
  boolean isDone(int prompt);

  /**
   * Gives up the outputs of a prompt: they read padding until their rows are let go of.
   *
   * @param prompt the index of the prompt
   */
  void abandon(int prompt);

  /**
   * Returns what was written for some prompts, all of which have ended and were not given up.
   *
   * @param from the index of the first prompt
   * @param to the index behind the last
   * @return their outputs
   */
  SearchResult result(int from, int to);
}
