package dev.aligner.audit;

import dev.aligner.event.AlignmentEvent;
import dev.aligner.event.AlignmentListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener that writes what became of each answer to a file, one line of JSON for each; {@link
 * AuditReport} reads it.
 *
 * <pre>{@code
 * try (AuditLog log = AuditLog.builder(Path.of("audit.jsonl")).build()) {
 *   AlignmentPolicy policy = AlignmentPolicy.builder().listener(log).build();
 *   ...
 * }
 * }</pre>
 *
 * <p>It never fails a call and never holds one up: lines are written by a thread of its own, up to
 * {@link Builder#queueCapacity} records wait for it, and records over that, or that cannot be
 * written, are dropped and counted ({@link #dropped}); the first one is logged. What was written is
 * complete lines, also when the JVM is ended: a line that was torn is ended when the file is opened
 * again. What still waits in the queue is lost then.
 *
 * <p>The lines hold questions and answers. The file is readable for its owner alone, where the file
 * system knows owners, and {@link Builder#redaction} decides what is written.
 *
 * <p>Thread-safe. Who makes it closes it.
 */
public final class AuditLog implements AlignmentListener, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

  private final RotatingFile file;
  private final Redaction redaction;
  private final Optional<String> model;
  private final String run;
  private final BlockingQueue<Entry> queue;
  private final LongAdder dropped = new LongAdder();
  private final LongAdder written = new LongAdder();
  private final Thread writer;
  private volatile boolean closed;
  private volatile boolean warned;

  private AuditLog(Builder builder) {
    this.file = new RotatingFile(builder.file, builder.maxBytes, builder.keptFiles);
    this.redaction = builder.redaction;
    this.model = Optional.ofNullable(builder.model);
    this.run = HexFormat.of().toHexDigits(new SplittableRandom().nextLong());
    this.queue = new ArrayBlockingQueue<>(builder.queueCapacity);
    this.writer = new Thread(this::write, "aligner-audit");
    this.writer.setDaemon(true);
  }

  /**
   * Starts a log.
   *
   * @param file the file; its directory exists. What is in it already stays
   * @return a builder; what is not set has its default
   */
  public static Builder builder(Path file) {
    return new Builder(file);
  }

  /** A record, or a mark that somebody waits for. */
  private record Entry(AlignmentEvent.@Nullable Ended event, Instant time, CountDownLatch passed) {}

  private static final CountDownLatch NOBODY = new CountDownLatch(0);

  @Override
  public void onEvent(AlignmentEvent event) {
    if (event instanceof AlignmentEvent.Ended ended
        && (closed || !queue.offer(new Entry(ended, Instant.now(), NOBODY)))) {
      drop("the log is " + (closed ? "closed" : "full"), null);
    }
  }

  /**
   * Waits until what was heard before is in the file, and asks the system to put it on the disk.
   *
   * @param timeout how long to wait at most
   * @return true if it is; false if the time was over first, or the log is closed
   */
  public boolean flush(Duration timeout) {
    CountDownLatch passed = new CountDownLatch(1);
    long nanos = timeout.toNanos();
    long end = System.nanoTime() + nanos;
    try {
      return !closed
          && queue.offer(new Entry(null, Instant.EPOCH, passed), nanos, TimeUnit.NANOSECONDS)
          && passed.await(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Returns how many records were not written.
   *
   * @return the count since this log was made
   */
  public long dropped() {
    return dropped.sum();
  }

  /**
   * Returns how many records were written.
   *
   * @return the count since this log was made
   */
  public long written() {
    return written.sum();
  }

  /**
   * Writes what was heard before, and closes the file. Events that come later are dropped. Waits
   * for 10 seconds at most, or until the thread is interrupted. Closing twice does nothing more.
   */
  @Override
  public void close() {
    closed = true;
    try {
      writer.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!writer.isAlive()) {
      while (queue.poll() != null) {
        drop("it came while the log was being closed", null);
      }
    }
  }

  private void write() {
    try (file) {
      while (true) {
        Entry entry = queue.poll(100, TimeUnit.MILLISECONDS);
        if (entry != null) {
          write(entry);
        } else if (closed && queue.isEmpty()) {
          return;
        }
      }
    } catch (IOException e) {
      LOG.warn("the audit log was not closed: {}", e.toString());
    } catch (InterruptedException e) {
      drop("its thread was interrupted", null);
      closed = true;
    }
  }

  private void write(Entry entry) {
    try {
      if (entry.event == null) {
        file.force();
      } else {
        AuditRecord record = AuditRecord.of(entry.event, entry.time, run, model);
        Optional<AuditRecord> left = redaction.redact(record);
        if (left.isPresent()) {
          file.write(AuditJson.line(left.get()));
          written.increment();
        }
      }
      entry.passed.countDown();
    } catch (IOException | RuntimeException | LinkageError | StackOverflowError e) {
      drop("a record was not written", e);
    }
  }

  private void drop(String what, @Nullable Throwable cause) {
    dropped.increment();
    if (!warned) {
      warned = true;
      LOG.warn(
          "an audit record was dropped, since {} ({}); further ones are counted, not logged",
          what,
          cause == null ? "no exception" : cause.getClass().getName());
    }
  }

  /** Collects settings; all are optional. Not thread-safe. */
  public static final class Builder {

    private final Path file;
    private long maxBytes = 100L << 20;
    private int keptFiles = 9;
    private int queueCapacity = 10_000;
    private Redaction redaction = Redaction.none();
    private @Nullable String model;

    private Builder(Path file) {
      this.file = Objects.requireNonNull(file, "file");
    }

    /**
     * Sets how large the file may become before it is put aside as {@code name.1}. Default: 100
     * MiB.
     *
     * @param bytes the bytes; at least 1. A single line may be longer
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder maxBytes(long bytes) {
      this.maxBytes = atLeast("maxBytes", 1, bytes);
      return this;
    }

    /**
     * Sets how many files that were put aside are kept. Default: 9.
     *
     * @param files the number; 0 or more
     * @return this builder
     * @throws IllegalArgumentException if it is negative
     */
    public Builder keptFiles(int files) {
      this.keptFiles = (int) atLeast("keptFiles", 0, files);
      return this;
    }

    /**
     * Sets how many records may wait to be written. Default: 10,000.
     *
     * @param records the number; at least 1
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder queueCapacity(int records) {
      this.queueCapacity = (int) atLeast("queueCapacity", 1, records);
      return this;
    }

    /**
     * Sets what is taken out of records before they are written. Default: {@link Redaction#none()}.
     *
     * @param redaction the redaction
     * @return this builder
     */
    public Builder redaction(Redaction redaction) {
      this.redaction = Objects.requireNonNull(redaction, "redaction");
      return this;
    }

    /**
     * Sets what is written of the model: its name, or {@link dev.aligner.Aligner#fingerprint()}.
     * Default: nothing.
     *
     * @param model the name or digest
     * @return this builder
     */
    public Builder model(String model) {
      this.model = Objects.requireNonNull(model, "model");
      return this;
    }

    /**
     * Makes the log and starts its thread. The file is opened with the first record.
     *
     * @return the log; the caller closes it
     */
    public AuditLog build() {
      AuditLog log = new AuditLog(this);
      log.writer.start();
      return log;
    }

    private static long atLeast(String name, long least, long value) {
      if (value < least) {
        throw new IllegalArgumentException(
            "expected " + name + " of at least " + least + "; found " + value);
      }
      return value;
    }
  }
}
