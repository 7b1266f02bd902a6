package dev.aligner.remote.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Does many things with a few threads, and keeps their order. The caller's thread takes part, so
 * all gets done even if no other is free. The threads are daemons, and end when there is nothing to
 * do for half a minute. Thread-safe.
 */
public final class Bulk implements AutoCloseable {

  private static final int IDLE_SECONDS = 30;

  private final int threads;
  private final ThreadPoolExecutor helpers;

  /**
   * Makes a bulk worker; no thread is started yet.
   *
   * @param threads how many things are done at a time, 1 or more
   */
  public Bulk(int threads) {
    this.threads = threads;
    AtomicInteger count = new AtomicInteger();
    helpers =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "aligner-remote-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    helpers.allowCoreThreadTimeOut(true);
  }

  /**
   * Makes something of each item.
   *
   * @param items the items
   * @param function makes it, and throws nothing but errors
   * @return what was made, in the order of the items
   */
  public <T, R> List<R> map(List<T> items, Function<T, R> function) {
    Work<T, R> work = new Work<>(items, function);
    for (int i = 1; i < Math.min(threads, items.size()); i++) {
      try {
        helpers.execute(work);
      } catch (RejectedExecutionException e) {
        break;
      }
    }
    work.run();
    return work.await();
  }

  /** Lets no new helper start. Those that run end with what they do. */
  @Override
  public void close() {
    helpers.shutdown();
  }

  private static final class Work<T, R> implements Runnable {

    private final List<T> items;
    private final Function<T, R> function;
    private final AtomicReferenceArray<@Nullable R> results;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> error = new AtomicReference<>();
    private final CountDownLatch left;

    Work(List<T> items, Function<T, R> function) {
      this.items = items;
      this.function = function;
      this.results = new AtomicReferenceArray<>(items.size());
      this.left = new CountDownLatch(items.size());
    }

    @Override
    public void run() {
      for (int i = next.getAndIncrement(); i < items.size(); i = next.getAndIncrement()) {
        try {
          results.set(i, function.apply(items.get(i)));
        } catch (RuntimeException | Error e) {
          error.compareAndSet(null, e);
        } finally {
          left.countDown();
        }
      }
    }

    List<R> await() {
      boolean interrupted = false;
      while (true) {
        try {
          left.await();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      if (error.get() instanceof Error e) {
        throw e;
      }
      if (error.get() instanceof RuntimeException e) {
        throw e;
      }
      List<R> all = new ArrayList<>(items.size());
      for (int i = 0; i < items.size(); i++) {
        R result = results.get(i);
        if (result == null) {
          throw new IllegalStateException("an item has no result");
        }
        all.add(result);
      }
      return all;
    }
  }
}
