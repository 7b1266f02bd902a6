package dev.aligner.onnx.internal.batch;

import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.decode.Search;
import dev.aligner.onnx.internal.decode.SearchRequest.TokenListener;
import dev.aligner.onnx.internal.decode.SequenceModel;
import dev.aligner.onnx.internal.decode.SteppedSearch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that the model works on together, one step after the other. One of their threads takes the
 * steps at a time, the driver. What is not final is guarded by the lock of the dispatcher, but for
 * the search, which belongs to the driver.
 */
final class BatchRun {

  private final BatchModel model;
  private final List<Ticket> all;
  private final RunStop stop = new RunStop();

  /** Those that wait for something of this run. */
  final List<Ticket> members;

  /** Those that left and whose rows are still there. */
  private List<Ticket> left = new ArrayList<>();

  @Nullable Ticket driver;

  /** Since when there is no driver. */
  private long idleSince;

  private SequenceModel.@Nullable Opened opened;
  private @Nullable SteppedSearch search;

  /** Begins with the first of the jobs as the driver. */
  BatchRun(BatchModel model, List<Ticket> jobs) {
    this.model = model;
    this.all = List.copyOf(jobs);
    this.members = new ArrayList<>(jobs);
    this.driver = jobs.get(0);
    int from = 0;
    for (Ticket ticket : all) {
      ticket.run = this;
      ticket.from = from;
      from += ticket.prompts();
    }
  }

  boolean isOfOne() {
    return all.size() == 1;
  }

  void release(long now) {
    driver = null;
    idleSince = now;
  }

  /** Tells for how long nobody has driven; 0 if somebody does. */
  long idleFor(long now) {
    return driver == null ? now - idleSince : 0;
  }

  boolean isOf(Thread thread) {
    return members.stream().anyMatch(member -> member.thread == thread);
  }

  /** Takes out a job before it is done; returns whether it was in. */
  boolean remove(Ticket ticket) {
    boolean removed = members.remove(ticket);
    if (removed) {
      left.add(ticket);
    }
    return removed;
  }

  /** Returns the jobs that left since this was asked the last time. */
  List<Ticket> takeLeft() {
    List<Ticket> taken = left;
    left = new ArrayList<>();
    return taken;
  }

  /** Gives those their results that have them, and takes them out. */
  void settle() {
    SteppedSearch present = search;
    if (present == null) {
      return;
    }
    for (Ticket ticket : List.copyOf(members)) {
      boolean done = true;
      for (int i = 0; i < ticket.prompts(); i++) {
        done &= present.isDone(ticket.from + i);
      }
      if (done) {
        ticket.result = present.result(ticket.from, ticket.from + ticket.prompts());
        members.remove(ticket);
        ticket.changed.signal();
      } else if (ticket.hasTokens()) {
        ticket.changed.signal();
      }
    }
  }

  /** Tells whether every call that waits for this was ended. */
  boolean isStopped() {
    return members.stream().allMatch(ticket -> ticket.stopped);
  }

  /** Ends a step that runs; called without the lock. */
  void terminate() {
    stop.end();
  }

  /**
   * Runs the model once; called by the driver, without the lock.
   *
   * @param gone jobs whose rows are not needed any more
   */
  void step(List<Ticket> gone) {
    SteppedSearch present = search;
    if (present == null) {
      Job job = merged();
      SequenceModel.Opened begun = model.open(job);
      opened = begun;
      present = Search.begin(begun, model.request(job));
      search = present;
    }
    for (Ticket ticket : gone) {
      for (int i = 0; i < ticket.prompts(); i++) {
        present.abandon(ticket.from + i);
      }
    }
    present.step();
  }

  /** A single job is stopped by its own call at once; of several, none stops the others. */
  private Job merged() {
    Job first = all.get(0).job;
    List<int[]> prompts = new ArrayList<>();
    List<int[]> drafts = new ArrayList<>();
    List<Integer> limits = new ArrayList<>();
    List<Ticket> owners = new ArrayList<>();
    for (Ticket ticket : all) {
      prompts.addAll(ticket.job.prompts());
      limits.addAll(ticket.job.limits());
      for (int i = 0; i < ticket.prompts(); i++) {
        drafts.add(ticket.job.draft(i));
        owners.add(ticket);
      }
    }
    Cancellation cancellation = isOfOne() ? first.cancellation() : stop;
    TokenListener listener =
        all.stream().noneMatch(Ticket::hasListener)
            ? TokenListener.NONE
            : (prompt, token) -> owners.get(prompt).add(prompt - owners.get(prompt).from, token);
    boolean drafted = drafts.stream().anyMatch(draft -> draft.length > 0);
    return new Job(
        prompts,
        drafted ? drafts : List.of(),
        limits,
        first.decoding(),
        first.loraAdapter(),
        listener,
        cancellation,
        /* begun= */ true);
  }

  /** Closes the generation; called once, by the last that had to do with it, without the lock. */
  void close() {
    if (opened != null) {
      opened.close();
    }
  }
}
