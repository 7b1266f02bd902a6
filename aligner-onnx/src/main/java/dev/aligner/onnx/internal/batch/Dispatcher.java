package dev.aligner.onnx.internal.batch;

import dev.aligner.OverloadedException;
import dev.aligner.onnx.Batching;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.decode.SearchResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Serves the jobs of concurrent calls: in the order they came in, so many runs at a time, and in
 * one run as many of the waiting jobs as belong together. Thread-safe.
 *
 * <p>There are no threads but those of the callers. One of those in a run takes its steps, and
 * hands on to another when its own job is done; all others wait without using the processor.
 */
public final class Dispatcher {

  /*
   * A job waits in the queue, or is a member of a run, or is done. Whoever changes something that
   * another thread waits for signals that thread's ticket:
   *  - a slot becomes free, or may soon: the head of the queue,
   *  - a run has no driver: one of its members that waits,
   *  - results and tokens are there, or a call was ended: the job's own thread.
   * A thread that was signalled and turns to something else signals the next one (nextTurn, leave).
   *
   * Cancellations have locks of their own, and call in here while they hold them; so none of their
   * methods but nanosLeft is called while the lock here is held.
   */

  /**
   * So long a run may stand still while its listeners are at work, before its slot goes to others:
   * a listener may wait for anything, the model included.
   */
  private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(20);

  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Ticket> queue = new ArrayDeque<>();
  private final List<BatchRun> runs = new ArrayList<>();
  private final BatchModel model;
  private final MergeRule rule;
  private final int capacity;
  private final int slots;

  /**
   * Makes a dispatcher.
   *
   * @param model the model
   * @param batching how large runs may be, and how many jobs may wait
   * @param merges whether jobs are put together
   * @param slots how many runs there may be at a time; at least 1
   */
  public Dispatcher(BatchModel model, Batching batching, boolean merges, int slots) {
    this.model = model;
    this.rule = new MergeRule(merges, batching, model.readsPadding());
    this.capacity = batching.queueCapacity();
    this.slots = slots;
  }

  /**
   * Generates, when it is the job's turn.
   *
   * @param job what to generate
   * @return what was written for its prompts, the same as if it had been alone
   * @throws OverloadedException if too many jobs wait
   * @throws RuntimeException what the job's cancellation or listener throws, or the model if the
   *     job was alone in its run
   */
  public SearchResult run(Job job) {
    job.cancellation().check();
    Ticket ticket = new Ticket(job, model.cacheBytes(job), lock.newCondition());
    enqueue(ticket);
    try {
      Cancellation.Registration stop = job.cancellation().onCancel(() -> stop(ticket));
      try {
        return serve(ticket);
      } finally {
        stop.close();
        job.cancellation().waited(ticket.waitedNanos);
      }
    } catch (Throwable e) {
      leave(ticket, e);
      throw e;
    }
  }

  /** Returns how many jobs are in the queue. */
  int waiting() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  private void enqueue(Ticket ticket) {
    lock.lock();
    try {
      ticket.queuedAt = System.nanoTime();
      ticket.nested = runs.stream().anyMatch(run -> run.isOf(ticket.thread));
      if (ticket.nested) {
        queue.addFirst(ticket);
      } else if (queue.size() >= capacity && !ticket.job.begun()) {
        throw new OverloadedException(
            capacity,
            "too many calls wait for the model: expected fewer than "
                + capacity
                + ", found "
                + queue.size()
                + ". Fix: call again later, or let more wait by Batching.withQueueCapacity");
      } else {
        queue.addLast(ticket);
      }
    } finally {
      lock.unlock();
    }
  }

  private SearchResult serve(Ticket ticket) {
    while (true) {
      switch (nextTurn(ticket)) {
        case CHECK -> ticket.job.cancellation().check();
        case LISTEN -> ticket.deliver();
        case DRIVE -> drive(ticket);
        default -> {
          return ticket.result();
        }
      }
    }
  }

  /** Waits until there is something to do. An interrupt ends no call, and is kept for later. */
  private Turn nextTurn(Ticket ticket) {
    boolean interrupted = false;
    lock.lock();
    try {
      Turn turn = turn(ticket);
      while (turn == Turn.WAIT) {
        try {
          ticket.waiting = true;
          ticket.changed.awaitNanos(nanosToWait(ticket));
        } catch (InterruptedException e) {
          interrupted = true;
        } finally {
          ticket.waiting = false;
        }
        turn = turn(ticket);
      }
      if (turn != Turn.DRIVE && ticket.run != null && ticket.run.driver == null) {
        wakeOneOf(ticket.run);
      }
      return turn;
    } finally {
      lock.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Returns for how long nothing happens unless the ticket is signalled. */
  private long nanosToWait(Ticket ticket) {
    long nanos = ticket.job.cancellation().nanosLeft();
    if (ticket != queue.peekFirst()) {
      return nanos;
    }
    long now = System.nanoTime();
    if (hasFreeSlot(now)) {
      return 0;
    }
    for (BatchRun run : runs) {
      if (run.driver == null && run.idleFor(now) < PATIENCE) {
        nanos = Math.min(nanos, PATIENCE - run.idleFor(now));
      }
    }
    return nanos;
  }

  private Turn turn(Ticket ticket) {
    if (ticket.result != null && !ticket.hasTokens()) {
      return Turn.RETURN;
    }
    if (ticket.asks || ticket.job.cancellation().nanosLeft() <= 0) {
      ticket.asks = false;
      return Turn.CHECK;
    }
    if (ticket.hasTokens()) {
      return Turn.LISTEN;
    }
    BatchRun run = ticket.run;
    if (run == null
        && (ticket.nested || (ticket == queue.peekFirst() && hasFreeSlot(System.nanoTime())))) {
      begin(ticket);
      return Turn.DRIVE;
    }
    if (run != null && run.driver == null) {
      run.driver = ticket;
      return Turn.DRIVE;
    }
    return Turn.WAIT;
  }

  private boolean hasFreeSlot(long now) {
    return runs.stream().filter(run -> run.idleFor(now) < PATIENCE).count() < slots;
  }

  /** Makes a run of a job and of those in the queue that belong to it. */
  private void begin(Ticket first) {
    queue.remove(first);
    List<Ticket> jobs = new ArrayList<>(List.of(first));
    for (Iterator<Ticket> waiting = queue.iterator(); waiting.hasNext(); ) {
      Ticket next = waiting.next();
      if (rule.fits(jobs, next)) {
        jobs.add(next);
        waiting.remove();
      }
    }
    long now = System.nanoTime();
    jobs.forEach(ticket -> ticket.waitedNanos += now - ticket.queuedAt);
    runs.add(new BatchRun(model, jobs));
    wakeHead();
  }

  private void wakeHead() {
    Ticket head = queue.peekFirst();
    if (head != null) {
      head.changed.signal();
    }
  }

  /** Finds a driver; members that do not wait find out themselves. */
  private static void wakeOneOf(BatchRun run) {
    for (Ticket member : run.members) {
      if (member.waiting && !member.hasTokens()) {
        member.changed.signal();
        return;
      }
    }
  }

  /** Leaves the steps of a run to others. */
  private void release(BatchRun run) {
    run.release(System.nanoTime());
    wakeOneOf(run);
    wakeHead();
  }

  /** Takes steps until there is something else to do for the driver's own job. */
  private void drive(Ticket driver) {
    BatchRun run = driver.run;
    if (run == null) {
      throw new IllegalStateException("no run");
    }
    boolean goesOn = true;
    while (goesOn) {
      driver.job.cancellation().check();
      try {
        run.step(takeLeft(run));
      } catch (Throwable e) {
        fail(run, e);
        if (run.isOfOne()) {
          throw e;
        }
        return;
      }
      goesOn = publish(run, driver);
    }
  }

  private List<Ticket> takeLeft(BatchRun run) {
    lock.lock();
    try {
      return run.takeLeft();
    } finally {
      lock.unlock();
    }
  }

  /** Hands out what a step brought; returns whether the driver goes on. */
  private boolean publish(BatchRun run, Ticket driver) {
    boolean goesOn;
    boolean over;
    lock.lock();
    try {
      run.settle();
      goesOn = run.members.contains(driver) && !driver.hasTokens();
      over = run.members.isEmpty();
      if (!goesOn) {
        release(run);
      }
    } finally {
      lock.unlock();
    }
    if (over) {
      close(run);
    }
    return goesOn;
  }

  /** Ends a run that failed. Where several jobs were in it, each has another run to itself. */
  private void fail(BatchRun run, Throwable failure) {
    lock.lock();
    try {
      if (!run.isOfOne()) {
        for (int i = run.members.size() - 1; i >= 0; i--) {
          Ticket ticket = run.members.get(i);
          ticket.again();
          ticket.queuedAt = System.nanoTime();
          queue.addFirst(ticket);
          ticket.changed.signal();
        }
      }
      run.members.clear();
      run.release(System.nanoTime());
    } finally {
      lock.unlock();
    }
    closeAfter(run, failure);
  }

  /** Called by a cancellation, which holds its own lock. */
  private void stop(Ticket ticket) {
    BatchRun stopped;
    lock.lock();
    try {
      ticket.stopped = true;
      ticket.asks = true;
      ticket.changed.signal();
      stopped = ticket.run != null && ticket.run.isStopped() ? ticket.run : null;
    } finally {
      lock.unlock();
    }
    if (stopped != null) {
      stopped.terminate();
    }
  }

  /** Takes out a job that fails, wherever it is. */
  private void leave(Ticket ticket, Throwable failure) {
    BatchRun run;
    boolean last = false;
    boolean stopped = false;
    lock.lock();
    try {
      run = ticket.run;
      if (run == null) {
        queue.remove(ticket);
        wakeHead();
      } else if (run.remove(ticket)) {
        last = run.members.isEmpty();
        stopped = run.isStopped();
        if (run.driver == ticket || run.driver == null) {
          release(run);
        }
      }
    } finally {
      lock.unlock();
    }
    if (run != null && last) {
      closeAfter(run, failure);
    } else if (run != null && stopped) {
      run.terminate();
    }
  }

  private void closeAfter(BatchRun run, Throwable failure) {
    try {
      close(run);
    } catch (RuntimeException | Error e) {
      if (e != failure) {
        failure.addSuppressed(e);
      }
    }
  }

  /** Closes a run without members, and lets the next one begin. */
  private void close(BatchRun run) {
    try {
      run.close();
    } finally {
      lock.lock();
      try {
        runs.remove(run);
        wakeHead();
      } finally {
        lock.unlock();
      }
    }
  }
}
