package dev.aligner.examples.cli;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far a bulk run is: a bar where a person looks on, nothing elsewhere. Messages pass
 * through here too, so that they do not stand in the middle of the bar. Thread-safe.
 */
final class Progress implements AutoCloseable {

  // With a width of our own the bar asks no terminal library for one; that library would take
  // Ctrl-C away from us.
  private static final int WIDTH = 100;
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintStream err;
  private final String task;
  private final long totalBytes;
  private final boolean visible;
  private @Nullable ProgressBar bar;

  /** Makes a display of a correction. */
  Progress(PrintStream err, long totalBytes, boolean visible) {
    this(err, "correcting", totalBytes, visible);
  }

  /**
   * Makes a display.
   *
   * @param err where it is shown
   * @param task what is done
   * @param totalBytes the size of the input
   * @param visible whether there is a bar at all
   */
  Progress(PrintStream err, String task, long totalBytes, boolean visible) {
    this.err = err;
    this.task = task;
    this.totalBytes = totalBytes;
    this.visible = visible;
  }

  /** Tells whether a person looks on: whether the process has a terminal. */
  @SuppressWarnings("SystemConsoleNull") // What newer versions say instead is asked below.
  static boolean isTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      // JDK 22 and newer have a console without a terminal too, and this method to ask it.
      return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  /** Moves the bar; the first call makes it, so that a resumed run does not distort its speed. */
  void show(long bytes, Tally tally) {
    show(bytes, tally.written());
  }

  /** Moves the bar, with a number of lines beside it. */
  synchronized void show(long bytes, long lines) {
    if (!visible) {
      return;
    }
    if (bar == null) {
      bar = bar(bytes);
    }
    bar.maxHint(Math.max(bytes, totalBytes));
    bar.setExtraMessage(" " + lines + " lines");
    bar.stepTo(bytes);
  }

  private ProgressBar bar(long start) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(totalBytes)
        .setUnit(" KiB", 1024)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(500)
        .setConsumer(new ConsoleProgressBarConsumer(err, WIDTH))
        .startsFrom(start, Duration.ZERO)
        .build();
  }

  /** Prints a line of its own. */
  synchronized void println(String message) {
    err.println((bar == null ? "" : CLEAR_LINE) + message);
  }

  /** Ends the bar where it stands. */
  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
