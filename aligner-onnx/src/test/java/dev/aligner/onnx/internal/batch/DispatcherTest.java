package dev.aligner.onnx.internal.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.CancellationToken;
import dev.aligner.CancelledException;
import dev.aligner.DeadlineExceededException;
import dev.aligner.OverloadedException;
import dev.aligner.onnx.Batching;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.decode.SearchResult;
import dev.aligner.onnx.internal.lifecycle.ActiveCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who uses a model when, step by step. */
@Timeout(60)
class DispatcherTest {

  private static final int[] SHORT = prompt(2, 4);
  private static final int[] LONG = prompt(14, 100);

  private final FakeBatchModel model = new FakeBatchModel();
  private final ActiveCalls calls = new ActiveCalls();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Dispatcher dispatcher = dispatcher(Batching.auto(), 1);

  @AfterEach
  void noThreadIsLeft() throws InterruptedException {
    model.letGo();
    threads.shutdown();
    assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).as("threads ended").isTrue();
    assertThat(model.open).hasValue(0);
    assertThat(dispatcher.waiting()).isZero();
  }

  @Test
  void run_oneJob_isWhatSearchMakesOfIt() {
    Jobs.assertSame(dispatcher.run(Jobs.of(LONG)), Jobs.of(LONG));
  }

  @Test
  void run_jobsThatCameWhileAnotherRan_areRunTogether() throws Exception {
    List<Job> jobs = List.of(Jobs.of(LONG), Jobs.of(SHORT), Jobs.of(5), Jobs.of(LONG));

    List<Future<SearchResult>> results = behindAnother(jobs);
    model.letGo();

    for (int i = 0; i < jobs.size(); i++) {
      Jobs.assertSame(get(results.get(i)), jobs.get(i));
    }
    assertThat(rowsOfRuns()).as("what would be padding by half waits").containsExactly(1, 3, 1);
  }

  @Test
  void run_twoSlots_runAtATime() throws Exception {
    dispatcher = dispatcher(Batching.auto(), 2);
    model.hold();
    List<Future<SearchResult>> results = new ArrayList<>();
    results.add(submit(Jobs.of(LONG)));
    model.awaitStep();
    results.add(submit(Jobs.of(SHORT)));
    model.awaitStep();
    assertThat(model.open).hasValue(2);
    results.add(submit(Jobs.of(4, 5)));
    awaitWaiting(1);
    model.letGo();
    for (Future<SearchResult> result : results) {
      get(result);
    }
    assertThat(model.mostOpen).hasValue(2);
  }

  @Test
  void run_notMerged_runsInTheOrderOfArrival() throws Exception {
    dispatcher = new Dispatcher(model, Batching.off(), /* merges= */ false, 1);
    List<Job> jobs = List.of(Jobs.of(7), Jobs.of(5), Jobs.of(9), Jobs.of(4));

    List<Future<SearchResult>> results = behindAnother(jobs);
    model.letGo();
    for (Future<SearchResult> result : results) {
      get(result);
    }

    assertThat(model.runs.stream().skip(1).map(prompts -> prompts.get(0)[0]))
        .containsExactly(7, 5, 9, 4);
  }

  @Test
  void run_rulesOfRuns_areKept() throws Exception {
    dispatcher = dispatcher(Batching.auto().withMaxRows(2).withMemoryBudget(7), 1);
    Job other = Jobs.with(Jobs.of(4), Decoding.greedy().with(DecodingOption.MIN_NEW_TOKENS, 2));
    List<Job> jobs =
        List.of(Jobs.of(4), other, Jobs.of(5), Jobs.of(6), Jobs.of(1, 2, 4, 5), Jobs.of(4, 5, 6));

    List<Future<SearchResult>> results = behindAnother(jobs);
    model.letGo();

    for (int i = 0; i < jobs.size(); i++) {
      Jobs.assertSame(get(results.get(i)), jobs.get(i));
    }
    assertThat(rowsOfRuns()).containsExactly(1, 2, 1, 2, 1);
  }

  @Test
  void run_jobsWithDrafts_runAloneAndMayHoldSeveralPrompts() throws Exception {
    Job drafted = Jobs.drafted(Jobs.of(List.of(LONG, SHORT), 20), new int[] {5, 6}, new int[0]);
    Job withoutDraft = Jobs.drafted(Jobs.of(LONG), new int[0]);

    List<Future<SearchResult>> results =
        behindAnother(List.of(drafted, drafted, withoutDraft, Jobs.of(LONG)));
    model.letGo();

    Jobs.assertSame(get(results.get(0)), drafted);
    Jobs.assertSame(get(results.get(1)), drafted);
    Jobs.assertSame(get(results.get(2)), Jobs.of(LONG));
    Jobs.assertSame(get(results.get(3)), Jobs.of(LONG));
    assertThat(rowsOfRuns()).containsExactly(1, 2, 2, 2);
  }

  @Test
  void run_modelThatReadsNoPadding_runsEqualLengthsTogether() throws Exception {
    model.readsPadding = false;
    dispatcher = dispatcher(Batching.auto(), 1);

    List<Future<SearchResult>> results =
        behindAnother(List.of(Jobs.of(4), Jobs.of(4, 5), Jobs.of(5), Jobs.of(6, 7)));
    model.letGo();
    for (Future<SearchResult> result : results) {
      get(result);
    }

    assertThat(rowsOfRuns()).containsExactly(1, 2, 2);
  }

  @Test
  void run_fullQueue_refusesAtOnceButNotWhatHasBegun() throws Exception {
    dispatcher = dispatcher(Batching.auto().withQueueCapacity(2), 1);
    List<Future<SearchResult>> results = behindAnother(List.of(Jobs.of(4), Jobs.of(5)));

    assertThatThrownBy(() -> dispatcher.run(Jobs.of(6)))
        .isInstanceOfSatisfying(
            OverloadedException.class, e -> assertThat(e.capacity()).isEqualTo(2))
        .hasMessageContaining("expected fewer than 2, found 2. Fix: ");
    results.add(submit(Jobs.begun(Jobs.of(7))));
    awaitWaiting(3);
    model.letGo();

    Jobs.assertSame(get(results.get(2)), Jobs.of(7));
  }

  @Test
  void run_cancelledDriver_handsOnToTheOther() throws Exception {
    CancellationToken token = new CancellationToken();
    List<Future<SearchResult>> results =
        behindAnother(List.of(call(Jobs.of(LONG), token), Jobs.of(LONG)));
    model.letOneGo();
    while (model.runs.size() < 2) {
      model.awaitStep();
      model.letOneGo();
    }
    model.awaitStep();

    token.cancel();
    assertThat(model.terminated).as("the other one waits for the step").hasValue(0);
    model.letGo();

    assertFails(results.get(0), CancelledException.class);
    Jobs.assertSame(get(results.get(1)), Jobs.of(LONG));
    assertThat(rowsOfRuns()).containsExactly(1, 2);
  }

  @Test
  void run_cancelledFollower_leavesWhileTheStepRuns() throws Exception {
    CancellationToken token = new CancellationToken();
    List<Future<SearchResult>> results =
        together(List.of(Jobs.of(LONG), call(Jobs.of(LONG), token)));

    token.cancel();

    assertFails(results.get(1), CancelledException.class);
    assertThat(results.get(0).isDone()).isFalse();
    model.letGo();
    Jobs.assertSame(get(results.get(0)), Jobs.of(LONG));
  }

  @Test
  void run_allCancelled_endsTheStepItself() throws Exception {
    CancellationToken token = new CancellationToken();
    List<Future<SearchResult>> results =
        together(List.of(call(Jobs.of(LONG), token), call(Jobs.of(SHORT), token)));

    token.cancel();

    for (Future<SearchResult> result : results) {
      assertFails(result, CancelledException.class);
    }
    assertThat(model.terminated).hasValue(1);
    assertThat(model.open).hasValue(0);
  }

  @Test
  void run_oneJobCancelled_endsTheStepItself() throws Exception {
    CancellationToken token = new CancellationToken();
    model.hold();
    Future<SearchResult> result = submit(call(Jobs.of(LONG), token));
    model.awaitStep();

    token.cancel();

    assertFails(result, CancelledException.class);
    assertThat(model.terminated).hasValue(1);
  }

  @Test
  void run_timeoutAndCancellationInTheQueue_endTheWait() throws Exception {
    CancellationToken token = new CancellationToken();
    Cancellation hurried = calls.enter(Optional.of(Duration.ofMillis(30)), Optional.empty());
    List<Future<SearchResult>> results =
        behindAnother(List.of(call(Jobs.of(5), token), Jobs.of(6)));

    assertThatThrownBy(() -> dispatcher.run(Jobs.with(Jobs.of(4), hurried)))
        .isInstanceOf(DeadlineExceededException.class);
    token.cancel();
    assertFails(results.get(0), CancelledException.class);
    model.letGo();
    Jobs.assertSame(get(results.get(1)), Jobs.of(6));
  }

  @Test
  void run_followerOverItsTime_leavesWhileTheStepRuns() throws Exception {
    Cancellation hurried = calls.enter(Optional.of(Duration.ofMillis(300)), Optional.empty());
    List<Future<SearchResult>> results =
        together(List.of(Jobs.of(LONG), Jobs.with(Jobs.of(LONG), hurried)));

    assertFails(results.get(1), DeadlineExceededException.class);
    model.letGo();
    Jobs.assertSame(get(results.get(0)), Jobs.of(LONG));
  }

  @Test
  void run_driverThatIsDone_returnsBeforeTheOther() throws Exception {
    Job brief = Jobs.of(List.of(LONG), 1);
    List<Future<SearchResult>> results = together(List.of(brief, Jobs.of(LONG)));

    model.letOneGo();

    Jobs.assertSame(get(results.get(0)), brief);
    model.awaitStep();
    assertThat(results.get(1).isDone()).isFalse();
    model.letGo();
    Jobs.assertSame(get(results.get(1)), Jobs.of(LONG));
  }

  @Test
  void run_listener_hearsInTheThreadOfItsCaller() throws Exception {
    List<Integer> heard = new ArrayList<>();
    List<Thread> threadsHeard = new ArrayList<>();
    Thread[] caller = new Thread[1];
    Job listening =
        Jobs.with(
            Jobs.of(LONG),
            (prompt, token) -> {
              heard.add(token);
              threadsHeard.add(Thread.currentThread());
            });
    model.hold();
    Future<SearchResult> blocker = submit(Jobs.of(SHORT));
    model.awaitStep();
    Future<SearchResult> driving = submit(Jobs.of(LONG));
    awaitWaiting(1);
    Future<SearchResult> result =
        threads.submit(
            () -> {
              caller[0] = Thread.currentThread();
              return dispatcher.run(listening);
            });
    awaitWaiting(2);
    model.letGo();

    assertThat(Jobs.texts(get(result))).containsExactly("[" + heard + "]");
    assertThat(threadsHeard).containsOnly(caller[0]);
    get(blocker);
    get(driving);
  }

  @Test
  void run_throwingListener_endsItsOwnJobAlone() throws Exception {
    IllegalStateException thrown = new IllegalStateException("enough");
    Job throwing =
        Jobs.with(
            Jobs.of(LONG),
            (prompt, token) -> {
              throw thrown;
            });
    List<Future<SearchResult>> results = behindAnother(List.of(throwing, Jobs.of(LONG), throwing));
    model.letGo();

    assertFails(results.get(0), IllegalStateException.class);
    Jobs.assertSame(get(results.get(1)), Jobs.of(LONG));
    assertFails(results.get(2), IllegalStateException.class);
  }

  @Test
  void run_failureOfSeveral_runsEachAloneAndNothingIsHeardTwice() throws Exception {
    model.failingRows = 2;
    model.failingStep = 2;
    List<Integer> heard = new ArrayList<>();
    List<Job> jobs =
        List.of(
            Jobs.of(LONG),
            Jobs.with(Jobs.of(LONG), (prompt, token) -> heard.add(token)),
            Jobs.of(LONG));

    List<Future<SearchResult>> results = behindAnother(jobs);
    model.letGo();

    for (int i = 0; i < jobs.size(); i++) {
      Jobs.assertSame(get(results.get(i)), jobs.get(i));
    }
    assertThat(Jobs.texts(get(results.get(1)))).containsExactly("[" + heard + "]");
    assertThat(rowsOfRuns()).containsExactly(1, 3, 1, 1, 1);
  }

  @Test
  void run_failureOfOne_isThrownToItsCaller() {
    model.failingRows = 1;
    assertThatThrownBy(() -> dispatcher.run(Jobs.of(4))).hasMessage("a step failed");
    model.failingRows = 9;

    Jobs.assertSame(dispatcher.run(Jobs.of(4)), Jobs.of(4));
  }

  @Test
  void run_beams_runAlone() throws Exception {
    Job beams = Jobs.with(Jobs.of(List.of(LONG), 20), Decoding.beamSearch(3));
    List<Future<SearchResult>> results = behindAnother(List.of(beams, beams, Jobs.of(LONG)));
    model.letGo();

    Jobs.assertSame(get(results.get(0)), beams);
    Jobs.assertSame(get(results.get(1)), beams);
    Jobs.assertSame(get(results.get(2)), Jobs.of(LONG));
    assertThat(model.runs).hasSize(4);
  }

  @Test
  void run_withinAListener_doesNotWaitForItself() {
    List<SearchResult> inner = new ArrayList<>();
    Job outer =
        Jobs.with(Jobs.of(SHORT), (prompt, token) -> inner.add(dispatcher.run(Jobs.of(4, token))));

    SearchResult result = dispatcher.run(outer);

    Jobs.assertSame(result, outer);
    assertThat(inner).hasSize(result.outputs().get(0).get(0).tokenIds().length);
  }

  @Test
  void run_listenerThatWaitsForAnotherCall_losesItsSlotMeanwhile() {
    Job outer =
        Jobs.with(Jobs.of(SHORT), (prompt, token) -> unchecked(() -> get(submit(Jobs.of(token)))));

    Jobs.assertSame(dispatcher.run(outer), outer);
  }

  @Test
  void run_interrupted_goesOnAndStaysInterrupted() throws Exception {
    model.hold();
    Future<SearchResult> blocker = submit(Jobs.of(SHORT));
    model.awaitStep();
    CountDownLatch interrupted = new CountDownLatch(1);
    Future<Boolean> result =
        threads.submit(
            () -> {
              Thread.currentThread().interrupt();
              interrupted.countDown();
              Jobs.assertSame(dispatcher.run(Jobs.of(LONG)), Jobs.of(LONG));
              return Thread.interrupted();
            });
    interrupted.await();
    awaitWaiting(1);
    model.letGo();

    assertThat(result.get(20, TimeUnit.SECONDS)).isTrue();
    get(blocker);
  }

  /** Has these jobs wait in this order while another one is held in its first step. */
  private List<Future<SearchResult>> behindAnother(List<Job> jobs) throws Exception {
    model.hold();
    Future<SearchResult> first = submit(Jobs.of(List.of(new int[] {8}), 1));
    model.awaitStep();
    assertThat(first).isNotDone();
    List<Future<SearchResult>> results = new ArrayList<>();
    for (Job job : jobs) {
      results.add(submit(job));
      awaitWaiting(results.size());
    }
    return results;
  }

  /** Has these jobs held in the first step of a run of theirs, which the first of them drives. */
  private List<Future<SearchResult>> together(List<Job> jobs) throws Exception {
    List<Future<SearchResult>> results = behindAnother(jobs);
    model.letOneGo();
    model.awaitStep();
    assertThat(rowsOfRuns()).containsExactly(1, jobs.size());
    return results;
  }

  private Future<SearchResult> submit(Job job) {
    return threads.submit(() -> dispatcher.run(job));
  }

  private void awaitWaiting(int jobs) throws InterruptedException {
    while (dispatcher.waiting() < jobs) {
      TimeUnit.MICROSECONDS.sleep(100);
    }
  }

  private Dispatcher dispatcher(Batching batching, int slots) {
    return new Dispatcher(model, batching, /* merges= */ true, slots);
  }

  private Job call(Job job, CancellationToken token) {
    return Jobs.with(job, calls.enter(Optional.empty(), Optional.of(token)));
  }

  private List<Integer> rowsOfRuns() {
    return model.runs.stream().map(List::size).toList();
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.get(20, TimeUnit.SECONDS);
  }

  private static void assertFails(
      Future<SearchResult> future, Class<? extends RuntimeException> type) {
    assertThatThrownBy(() -> get(future))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(type);
  }

  private static void unchecked(ThrowingCallable action) {
    try {
      action.call();
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static int[] prompt(int length, int seed) {
    return new Random(seed).ints(length, 0, FakeBatchModel.VOCABULARY).toArray();
  }
}
