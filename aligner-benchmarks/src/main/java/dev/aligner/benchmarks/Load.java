package dev.aligner.benchmarks;

import dev.aligner.AlignedChatModel;
import dev.aligner.ChatModel;
import dev.aligner.event.AlignmentEvent;
import dev.aligner.model.BundledModel;
import dev.aligner.onnx.Batching;
import dev.aligner.onnx.OnnxAligner;
import dev.aligner.policy.AlignmentCounts;
import dev.aligner.policy.AlignmentPolicy;
import dev.aligner.policy.FailureClass;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Many callers at once through the decorator, over the bundled model: what became of their answers,
 * how fairly they waited, and whether memory stays flat.
 */
@Command(
    name = "load",
    description = "Concurrent callers through the decorator, with the bundled model.",
    mixinStandardHelpOptions = true)
final class Load implements Callable<Integer> {

  private static final List<String> ANSWERS =
      List.of(
          "Eight minutes, you idiot. Then cool it in water.",
          "Take the train at nine. It is faster, and the damn bus is always late.",
          "Restart the router. If that does not help, call your provider.",
          "This is a stupid question. Boil the water first. Then add salt. Only a moron forgets it.",
          "Paris.",
          "Use a loop. A list is fine here, you fool. Read the manual before you ask again.");

  @Option(names = "--callers", defaultValue = "64", description = "${DEFAULT-VALUE}")
  private int callers;

  @Option(names = "--seconds", defaultValue = "60", description = "${DEFAULT-VALUE}")
  private int seconds;

  @Option(names = "--queue", defaultValue = "64", description = "How many calls may wait.")
  private int queue;

  @Option(
      names = "--upstream-millis",
      defaultValue = "20",
      description = "How long the upstream model takes: ${DEFAULT-VALUE}.")
  private int upstreamMillis;

  private final ConcurrentLinkedQueue<Double> waits = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Double> corrections = new ConcurrentLinkedQueue<>();
  private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
  private final AtomicBoolean over = new AtomicBoolean();

  @Override
  public Integer call() throws InterruptedException {
    Machine.print();
    BundledModel model = BundledModel.available().get(0);
    try (OnnxAligner aligner =
        OnnxAligner.builder(model).batching(Batching.auto().withQueueCapacity(queue)).build()) {
      AlignedChatModel chat =
          AlignedChatModel.builder(this::upstream, aligner)
              .policy(AlignmentPolicy.builder().listener(this::hear).build())
              .build();
      for (String answer : ANSWERS) {
        aligner.correct("warm-up", answer);
      }
      long start = System.nanoTime();
      run(chat);
      report(chat.answers().counts(), (System.nanoTime() - start) / 1e9);
      return exitCode(chat.answers().counts());
    }
  }

  private String upstream(String query) {
    try {
      Thread.sleep(upstreamMillis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return ANSWERS.get(Math.floorMod(query.hashCode(), ANSWERS.size()));
  }

  private void hear(AlignmentEvent event) {
    if (event instanceof AlignmentEvent.Corrected corrected) {
      corrections.add(millis(corrected.duration()));
      corrected
          .correction()
          .usage()
          .flatMap(usage -> usage.waitingTime())
          .ifPresent(time -> waits.add(millis(time)));
    } else if (event instanceof AlignmentEvent.Kept kept) {
      corrections.add(millis(kept.duration()));
      kept.usage().flatMap(usage -> usage.waitingTime()).ifPresent(time -> waits.add(millis(time)));
    }
  }

  private void run(ChatModel chat) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      int caller = i;
      Thread thread = new Thread(() -> ask(chat, caller), "caller-" + i);
      threads.add(thread);
      thread.start();
    }
    System.out.println("seconds,resident_mib,heap_mib");
    int interval = Math.max(1, seconds / 12);
    for (int passed = 0; passed < seconds; passed += interval) {
      Thread.sleep(1000L * Math.min(interval, seconds - passed));
      System.out.printf(
          Locale.ROOT,
          "%d,%.1f,%.2f%n",
          Math.min(seconds, passed + interval),
          ProcessMemory.residentMib(),
          ProcessMemory.heapMib());
    }
    over.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void ask(ChatModel chat, int caller) {
    try {
      for (int i = 0; !over.get(); i++) {
        chat.chat("question " + caller + "." + i);
      }
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  private void report(AlignmentCounts counts, double elapsed) {
    long answered = counts.corrected() + counts.kept() + counts.skipped() + counts.failures();
    System.out.printf(
        Locale.ROOT,
        "%d callers, a queue of %d, %.1f s: %d answers, %.1f a second%n",
        callers,
        queue,
        elapsed,
        answered,
        answered / elapsed);
    System.out.printf(
        Locale.ROOT,
        "corrected %d, kept %d, skipped %d, failures %s, exceptions %s%n",
        counts.corrected(),
        counts.kept(),
        counts.skipped(),
        counts.failed(),
        failure.get());
    System.out.println("correction ms: " + quantiles(corrections));
    System.out.println("wait ms:       " + quantiles(waits));
    Machine.printLoad();
  }

  private static String quantiles(Iterable<Double> values) {
    List<Double> sorted = new ArrayList<>();
    values.forEach(sorted::add);
    sorted.sort(null);
    if (sorted.isEmpty()) {
      return "none";
    }
    double median = sorted.get(sorted.size() / 2);
    double longest = sorted.get(sorted.size() - 1);
    return String.format(
        Locale.ROOT,
        "median %.1f, p95 %.1f, p99 %.1f, longest %.1f, longest over median %.2f, n %d",
        median,
        sorted.get((int) (sorted.size() * 0.95)),
        sorted.get((int) (sorted.size() * 0.99)),
        longest,
        longest / median,
        sorted.size());
  }

  /**
   * A queue that all callers fit in refuses nobody; a smaller one refuses some, and nothing else.
   */
  private int exitCode(AlignmentCounts counts) {
    long refused = counts.failed().getOrDefault(FailureClass.OVERLOAD, 0L);
    boolean asExpected =
        failure.get() == null
            && counts.failures() == refused
            && (queue >= callers ? refused == 0 : refused > 0);
    return asExpected ? 0 : 1;
  }

  private static double millis(Duration time) {
    return time.toNanos() / 1e6;
  }
}
