package dev.aligner.dataset;

/**
 * Watches a run of a {@link DatasetBuilder}, and may end it. Called in the thread of the run; what
 * it throws ends the run and passes through, and the run can be taken up again.
 */
public interface DatasetMonitor {

  /** What a run is at. */
  enum Stage {
    /** It reads the input for the first time: digests, duplicates, earlier rounds. */
    READING,
    /** The aligner corrects. */
    CORRECTING,
    /** The dataset is written. */
    WRITING
  }

  /**
   * Returns the monitor that hears nothing and ends nothing.
   *
   * @return the monitor
   */
  static DatasetMonitor none() {
    return new DatasetMonitor() {};
  }

  /**
   * Hears of a line that cannot be used or whose correction failed.
   *
   * @param message one line: the file, the number of the line, and what is wrong, never a text
   */
  default void report(String message) {}

  /**
   * Hears how far the run is.
   *
   * @param stage what it is at
   * @param bytes how many bytes of the input are done
   * @param totalBytes how many there are
   * @param lines how many lines of the input are done
   */
  default void progress(Stage stage, long bytes, long totalBytes, long lines) {}

  /**
   * Tells whether the run is to end before the next lines; those in work are finished.
   *
   * @return true if it is; by default never
   */
  default boolean stopRequested() {
    return false;
  }
}
