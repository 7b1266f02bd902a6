package dev.aligner.onnx.internal.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.decode.DecoderState;
import dev.aligner.onnx.internal.decode.DraftHistory;
import dev.aligner.onnx.internal.decode.Drafts;
import dev.aligner.onnx.internal.decode.MeasuredStepCost;
import dev.aligner.onnx.internal.decode.OutOfDeviceMemoryException;
import dev.aligner.onnx.internal.decode.ScoreForm;
import dev.aligner.onnx.internal.decode.Scores;
import dev.aligner.onnx.internal.decode.SearchRequest;
import dev.aligner.onnx.internal.decode.SequenceModel;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A model of an encoder and a decoder whose scores are a function of all that a row has read. Steps
 * may be held until a test lets them go on.
 */
final class FakeBatchModel implements BatchModel {

  static final int EOS = 1;
  static final int VOCABULARY = 12;

  /** The prompts of each run, in the order of the runs. */
  final ConcurrentLinkedQueue<List<int[]>> runs = new ConcurrentLinkedQueue<>();

  /** Open generations. */
  final AtomicInteger open = new AtomicInteger();

  /** The most that were open at a time. */
  final AtomicInteger mostOpen = new AtomicInteger();

  final AtomicInteger terminated = new AtomicInteger();

  /** Fails steps over at least so many rows, from this step of a run on. */
  volatile int failingRows = Integer.MAX_VALUE;

  volatile int failingStep;
  private volatile Supplier<RuntimeException> failure =
      () -> new IllegalStateException("a step failed");

  volatile boolean readsPadding = true;
  private volatile boolean held;
  private final Semaphore permits = new Semaphore(0);

  /** Counts the steps that have come to be held. */
  private final Semaphore arrivals = new Semaphore(0);

  /** Fails steps over at least so many rows as ONNX Runtime does that has no memory left. */
  void outOfMemory(int rows) {
    failingRows = rows;
    failure =
        () ->
            new OutOfDeviceMemoryException(
                "Failed to allocate memory for requested buffer of size 1048576", null);
  }

  /** Holds each step from now on. */
  void hold() {
    held = true;
  }

  /** Waits until a step is held. */
  void awaitStep() throws InterruptedException {
    assertThat(arrivals.tryAcquire(20, TimeUnit.SECONDS)).as("a step came").isTrue();
  }

  /** Lets one step go on. */
  void letOneGo() {
    permits.release();
  }

  /** Lets all steps go on. */
  void letGo() {
    held = false;
    permits.release(1_000_000);
  }

  @Override
  public SequenceModel.Opened open(Job job) {
    runs.add(job.prompts());
    mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
    int[][] first = job.prompts().stream().map(prompt -> new int[] {0}).toArray(int[][]::new);
    return new SequenceModel.Opened(new State(job.prompts(), job.cancellation()), first);
  }

  @Override
  public SearchRequest request(Job job) {
    return new SearchRequest(
        job.prompts(),
        /* encoderDecoder= */ true,
        job.decoding(),
        Set.of(EOS),
        /* padTokenId= */ 3,
        job.limits(),
        VOCABULARY,
        SearchRequest.NO_STOP,
        job.drafts().isEmpty()
            ? Drafts.NONE
            : new Drafts(job.drafts(), new MeasuredStepCost(), new DraftHistory()),
        job.listener(),
        job.cancellation());
  }

  @Override
  public long cacheBytes(Job job) {
    return job.prompts().stream().mapToInt(prompt -> prompt.length).max().orElseThrow();
  }

  @Override
  public boolean readsPadding() {
    return readsPadding;
  }

  private static float score(int[] history, int id) {
    int hash = 31 * Arrays.hashCode(history) + id;
    hash = (hash ^ (hash >>> 15)) * 0x2c1b3c6d;
    hash = (hash ^ (hash >>> 12)) * 0x297a2d39;
    return (hash ^ (hash >>> 15)) / (float) Integer.MAX_VALUE - (id == EOS ? 0.3f : 0);
  }

  private final class State implements DecoderState {

    private final Cancellation cancellation;
    private final Cancellation.Registration registration;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicBoolean used = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private int[][] histories;
    private int length;
    private int steps;

    State(List<int[]> prompts, Cancellation cancellation) {
      this.histories = prompts.toArray(int[][]::new);
      this.cancellation = cancellation;
      this.registration =
          cancellation.onCancel(
              () -> {
                terminated.incrementAndGet();
                stopped.countDown();
                permits.release();
              });
    }

    @Override
    public int rows() {
      return histories.length;
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public int mostPositions(ScoreForm form) {
      return 8;
    }

    @Override
    public Scores forward(int[][] tokens, int positions, ScoreForm form) {
      assertThat(used.getAndSet(true)).as("used by two threads").isFalse();
      assertThat(closed).isFalse();
      cancellation.check();
      if (held) {
        arrivals.release();
        permits.acquireUninterruptibly();
      }
      if (stopped.getCount() == 0) {
        cancellation.check();
      }
      if (tokens.length >= failingRows && steps >= failingStep) {
        throw failure.get();
      }
      steps++;
      length += tokens[0].length;
      for (int row = 0; row < tokens.length; row++) {
        histories[row] = concat(histories[row], tokens[row]);
      }
      used.set(false);
      return new FakeScores(histories.clone(), positions);
    }

    @Override
    public void truncate(int newLength) {
      for (int row = 0; row < histories.length; row++) {
        histories[row] =
            Arrays.copyOf(histories[row], histories[row].length - (length - newLength));
      }
      length = newLength;
    }

    @Override
    public void reorder(int[] sources) {
      histories = IntStream.of(sources).mapToObj(row -> histories[row]).toArray(int[][]::new);
    }

    @Override
    public void close() {
      assertThat(closed.getAndSet(true)).as("closed twice").isFalse();
      registration.close();
      open.decrementAndGet();
    }
  }

  private static int[] concat(int[] left, int[] right) {
    return IntStream.concat(IntStream.of(left), IntStream.of(right)).toArray();
  }

  private record FakeScores(int[][] histories, int positions) implements Scores {

    private float[] at(int row, int position) {
      int[] history = histories[row];
      int[] read = Arrays.copyOf(history, history.length - (positions - 1 - position));
      float[] scores = new float[VOCABULARY];
      for (int id = 0; id < VOCABULARY; id++) {
        scores[id] = score(read, id);
      }
      return scores;
    }

    @Override
    public int argMax(int row, int position) {
      float[] scores = at(row, position);
      return IntStream.range(0, VOCABULARY)
          .reduce((best, id) -> scores[id] > scores[best] ? id : best)
          .orElseThrow();
    }

    @Override
    public void copyTo(int row, int position, float[] target) {
      System.arraycopy(at(row, position), 0, target, 0, VOCABULARY);
    }
  }
}
