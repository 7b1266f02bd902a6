package dev.aligner;

/**
 * Too many calls wait for the model, so this one was refused at once: nothing of it was done. Try
 * it again later, or elsewhere.
 */
public class OverloadedException extends AlignerException {

  private static final long serialVersionUID = 1;

  private final int capacity;

  /**
   * Makes an exception.
   *
   * @param capacity how many calls may wait
   * @param message what was found, what was expected, and what to do
   */
  public OverloadedException(int capacity, String message) {
    super(message, null);
    this.capacity = capacity;
  }

  /**
   * Returns how many calls may wait.
   *
   * @return the number of calls
   */
  public int capacity() {
    return capacity;
  }
}
