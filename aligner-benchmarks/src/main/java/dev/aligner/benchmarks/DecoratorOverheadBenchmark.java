package dev.aligner.benchmarks;

import dev.aligner.AlignedChatModel;
import dev.aligner.Aligner;
import dev.aligner.ChatModel;
import dev.aligner.Correction;
import dev.aligner.policy.AlignmentPolicy;
import dev.aligner.policy.CorrectionGate;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A call of {@link AlignedChatModel} over an upstream model and an aligner that cost nothing, for
 * an answer of 500 characters, and the same two without the decorator. Their difference is what the
 * decorator costs. {@link DecoratorOverhead} runs all and subtracts.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH calls the setup before all else
public class DecoratorOverheadBenchmark {

  private static final int CHARACTERS = 500;
  private static final String QUERY = "How do I get stains out of a shirt?";

  private String answer;
  private ChatModel upstream;
  private Aligner keeping;
  private Aligner correcting;
  private ChatModel kept;
  private ChatModel corrected;
  private ChatModel correctedGated;
  private ChatModel skipped;

  /** Makes the models. */
  @Setup
  public void open() {
    String sentence = "Soak it in cold water, then wash it as the label says. ";
    answer = sentence.repeat(CHARACTERS / sentence.length() + 1).substring(0, CHARACTERS);
    String better = "Please s" + answer.substring(1);
    upstream = query -> answer;
    keeping = request -> Correction.of(request, request.answer());
    correcting = request -> Correction.of(request, better);
    AlignmentPolicy open = AlignmentPolicy.builder().gate(CorrectionGate.open()).build();
    AlignmentPolicy closed =
        AlignmentPolicy.builder().gate(CorrectionGate.when("closed", draft -> false)).build();
    kept = keeping.wrap(upstream, open);
    corrected = correcting.wrap(upstream, open);
    correctedGated = correcting.wrap(upstream);
    skipped = correcting.wrap(upstream, closed);
  }

  /**
   * Calls both without a decorator.
   *
   * @return the text
   */
  @Benchmark
  public String bareKept() {
    return keeping.correct(QUERY, upstream.chat(QUERY)).text();
  }

  /**
   * Calls both without a decorator.
   *
   * @return the text
   */
  @Benchmark
  public String bareCorrected() {
    return correcting.correct(QUERY, upstream.chat(QUERY)).text();
  }

  /**
   * Calls the decorator with an open gate; nothing is changed.
   *
   * @return the text
   */
  @Benchmark
  public String kept() {
    return kept.chat(QUERY);
  }

  /**
   * Calls the decorator with an open gate; the change passes the default checks.
   *
   * @return the text
   */
  @Benchmark
  public String corrected() {
    return corrected.chat(QUERY);
  }

  /**
   * Calls the decorator with all defaults, the gate's included.
   *
   * @return the text
   */
  @Benchmark
  public String correctedDefaultGate() {
    return correctedGated.chat(QUERY);
  }

  /**
   * Calls the decorator with a closed gate.
   *
   * @return the text
   */
  @Benchmark
  public String skipped() {
    return skipped.chat(QUERY);
  }
}
