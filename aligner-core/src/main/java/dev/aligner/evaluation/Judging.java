package dev.aligner.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a judge about rows, several at a time. One evaluation owns it and closes it. */
final class Judging implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Judging.class);

  private final @Nullable Judge judge;
  private final @Nullable ExecutorService threads;
  private volatile boolean warned;

  /**
   * Makes one.
   *
   * @param judge the judge, or null for none
   * @param threads how many rows are judged at a time; with 1 the caller's thread judges
   */
  Judging(@Nullable Judge judge, int threads) {
    this.judge = judge;
    this.threads = judge == null || threads == 1 ? null : Executors.newFixedThreadPool(threads);
  }

  /** Judges rows; the judgements are in the order of the rows, all empty without a judge. */
  List<Optional<Judgement>> judge(List<EvaluationRow> rows) throws InterruptedException {
    List<Optional<Judgement>> judgements = new ArrayList<>(rows.size());
    if (threads == null) {
      rows.forEach(row -> judgements.add(judge(row)));
      return judgements;
    }
    List<Callable<Optional<Judgement>>> tasks = new ArrayList<>(rows.size());
    rows.forEach(row -> tasks.add(() -> judge(row)));
    for (Future<Optional<Judgement>> judgement : threads.invokeAll(tasks)) {
      try {
        judgements.add(judgement.get());
      } catch (ExecutionException e) {
        throw new IllegalStateException("a judge ended with an error", e.getCause());
      }
    }
    return judgements;
  }

  private Optional<Judgement> judge(EvaluationRow row) {
    if (judge == null) {
      return Optional.empty();
    }
    if (!row.isChanged()) {
      return Optional.of(Judgement.EQUAL);
    }
    try {
      return Optional.of(Objects.requireNonNull(judge.judge(row), "the judge returned null"));
    } catch (RuntimeException e) {
      warn(e);
      return Optional.of(Judgement.FAILED);
    }
  }

  /** Says the class alone: the message of a chat model's client may hold a text. */
  private void warn(RuntimeException thrown) {
    if (!warned) {
      warned = true;
      LOG.warn(
          "the judge threw {}; its judgements that fail are counted, and logged no more",
          thrown.getClass().getName());
    }
  }

  @Override
  public void close() {
    if (threads != null) {
      threads.shutdownNow();
    }
  }
}
