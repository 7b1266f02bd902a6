package dev.aligner.onnx.internal.batch;

import dev.aligner.onnx.internal.decode.SearchRequest.TokenListener;
import dev.aligner.onnx.internal.decode.SearchResult;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * A job and where it stands: first in the queue, then in a run, then done. What is not final is
 * guarded by the lock of the dispatcher.
 */
final class Ticket {

  final Job job;
  final long cacheBytes;

  /** Signalled to the thread of the caller, which alone waits for it. */
  final Condition changed;

  final Thread thread = Thread.currentThread();
  private final @Nullable TokenBuffer tokens;

  /** Null in the queue. */
  @Nullable BatchRun run;

  /** The index of its first prompt among those of the run. */
  int from;

  @Nullable SearchResult result;

  /** Since when it is in the queue. */
  long queuedAt;

  /** For how long it was in the queue. */
  long waitedNanos;

  /** Whether its thread waits for {@link #changed}. */
  boolean waiting;

  /** Whether its call was ended. */
  boolean stopped;

  /** Whether its thread has to ask why. */
  boolean asks;

  /** Whether it runs without others: it was in a run that failed. */
  boolean alone;

  /** Whether its thread is inside of another job, and so cannot wait for that one to end. */
  boolean nested;

  Ticket(Job job, long cacheBytes, Condition changed) {
    this.job = job;
    this.cacheBytes = cacheBytes;
    this.changed = changed;
    this.tokens =
        job.listener() == TokenListener.NONE
            ? null
            : new TokenBuffer(job.listener(), job.prompts().size());
  }

  int prompts() {
    return job.prompts().size();
  }

  boolean hasListener() {
    return tokens != null;
  }

  boolean hasTokens() {
    return tokens != null && !tokens.isEmpty();
  }

  void add(int prompt, int token) {
    if (tokens != null) {
      tokens.add(prompt, token);
    }
  }

  /** Lets the listener hear of what was written; called by the thread of the caller. */
  void deliver() {
    if (tokens != null) {
      tokens.deliver();
    }
  }

  /** Goes back to the queue, to run without others. */
  void again() {
    run = null;
    from = 0;
    alone = true;
    if (tokens != null) {
      tokens.restart();
    }
  }

  SearchResult result() {
    if (result == null) {
      throw new IllegalStateException("the job is not done");
    }
    return result;
  }
}
