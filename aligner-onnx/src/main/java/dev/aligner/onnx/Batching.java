package dev.aligner.onnx;

/**
 * Whether several prompts are decoded at once: the pieces of one answer, the answers of {@code
 * correctAll}, and those of calls that come in while the model is busy with others. Results do not
 * depend on it on graphs that are width-invariant, which those that compute in fp32 are; each model
 * is probed at load. In dynamically quantised graphs what a token gets depends on what stands
 * beside it.
 *
 * <p>A batch for which a GPU has no memory left is halved and decoded again; an answer that does
 * not fit alone fails, and no other one with it.
 *
 * <p>Immutable and thread-safe.
 */
public final class Batching {

  /** When prompts are put together. */
  public enum Mode {
    /** On width-invariant graphs. The default. */
    AUTO,
    /** Never. */
    OFF,
    /** On all graphs, although the results of some depend on the batch. */
    ON
  }

  private static final int MAX_ROWS = 16;
  private static final long MEMORY_BUDGET = 512L << 20;
  private static final int QUEUE_CAPACITY = 1024;
  private static final Batching DEFAULT = of(Mode.AUTO);

  private final Mode mode;
  private final int maxRows;
  private final long memoryBudget;
  private final int queueCapacity;
  private final boolean rowsChosen;
  private final boolean budgetChosen;

  private Batching(
      Mode mode,
      int maxRows,
      long memoryBudget,
      int queueCapacity,
      boolean rowsChosen,
      boolean budgetChosen) {
    this.mode = mode;
    this.maxRows = maxRows;
    this.memoryBudget = memoryBudget;
    this.queueCapacity = queueCapacity;
    this.rowsChosen = rowsChosen;
    this.budgetChosen = budgetChosen;
  }

  private static Batching of(Mode mode) {
    return new Batching(mode, MAX_ROWS, MEMORY_BUDGET, QUEUE_CAPACITY, false, false);
  }

  /**
   * Returns batching where it does not change results: up to 16 rows, with caches of up to 512 MiB,
   * and up to 1024 calls that wait. On a GPU it is up to 128 rows, and caches of what its memory
   * limit leaves, or of up to 4 GiB.
   *
   * @return the default
   */
  public static Batching auto() {
    return DEFAULT;
  }

  /**
   * Returns no batching: prompt by prompt. Concurrent calls take turns all the same.
   *
   * @return the batching
   */
  public static Batching off() {
    return of(Mode.OFF);
  }

  /**
   * Returns batching on all graphs.
   *
   * @return the batching
   */
  public static Batching on() {
    return of(Mode.ON);
  }

  /**
   * Returns batching with another bound for rows.
   *
   * @param rows the most prompts at once, each with all its beams; at least 1
   * @return the batching
   * @throws IllegalArgumentException if it is not at least 1
   */
  public Batching withMaxRows(int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("expected maxRows of at least 1; found " + rows);
    }
    return new Batching(mode, rows, memoryBudget, queueCapacity, true, budgetChosen);
  }

  /**
   * Returns batching with another bound for memory.
   *
   * @param bytes what the caches of one batch may take in the end; at least 1. One prompt alone is
   *     decoded whatever it takes
   * @return the batching
   * @throws IllegalArgumentException if it is not at least 1
   */
  public Batching withMemoryBudget(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("expected a memory budget of at least 1; found " + bytes);
    }
    return new Batching(mode, maxRows, bytes, queueCapacity, rowsChosen, true);
  }

  /**
   * Returns batching with another bound for calls that wait. The model serves concurrent calls in
   * the order they came in, with batching several at a time; a call that finds so many others
   * waiting is refused at once with {@link dev.aligner.OverloadedException}. A call that has begun
   * is never refused.
   *
   * @param calls the most calls that wait, those that run not counted; at least 1
   * @return the batching
   * @throws IllegalArgumentException if it is not at least 1
   */
  public Batching withQueueCapacity(int calls) {
    if (calls < 1) {
      throw new IllegalArgumentException("expected a queue capacity of at least 1; found " + calls);
    }
    return new Batching(mode, maxRows, memoryBudget, calls, rowsChosen, budgetChosen);
  }

  /**
   * Returns batching with other bounds where none was set by {@link #withMaxRows} or {@link
   * #withMemoryBudget}.
   *
   * @param rows the most prompts at once; at least 1
   * @param bytes what the caches of one batch may take; at least 1
   * @return the batching
   * @throws IllegalArgumentException if one is not at least 1
   */
  public Batching withDefaults(int rows, long bytes) {
    Batching bounded = rowsChosen ? this : withMaxRows(rows);
    bounded = budgetChosen ? bounded : bounded.withMemoryBudget(bytes);
    return new Batching(
        mode, bounded.maxRows, bounded.memoryBudget, queueCapacity, rowsChosen, budgetChosen);
  }

  /**
   * Returns when prompts are put together.
   *
   * @return the mode
   */
  public Mode mode() {
    return mode;
  }

  /**
   * Returns the most prompts at once.
   *
   * @return rows
   */
  public int maxRows() {
    return maxRows;
  }

  /**
   * Returns what the caches of one batch may take.
   *
   * @return bytes
   */
  public long memoryBudget() {
    return memoryBudget;
  }

  /**
   * Returns the most calls that wait for the model.
   *
   * @return calls
   */
  public int queueCapacity() {
    return queueCapacity;
  }

  @Override
  public String toString() {
    return "Batching["
        + mode
        + ", maxRows="
        + maxRows
        + ", memoryBudget="
        + memoryBudget
        + ", queueCapacity="
        + queueCapacity
        + "]";
  }
}
