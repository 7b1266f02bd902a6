package dev.aligner.benchmarks;

import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.Drafting;
import dev.aligner.onnx.Generation;
import dev.aligner.onnx.GenerationRequest;
import dev.aligner.onnx.OnnxGenerator;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A step of the library's loop, and the bare run of the same graph with everything made beforehand,
 * at the mean length of the past. Their difference is what the loop costs; over {@code
 * trivial-t5-small} it is not lost in arithmetic. {@link LoopOverhead} runs both and subtracts.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 7, time = 2)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH calls the setup before all else
public class LoopOverheadBenchmark {

  private static final int STEPS = 128;
  private static final int SOURCE = 64;

  /** The directory of the model: {@code -p model=DIRECTORY}. */
  @Param("")
  public String model = "";

  private OnnxGenerator generator;
  private BareDecoder decoder;
  private PreparedStep step;
  private GenerationRequest request;

  /** Opens the model twice, for either. */
  @Setup
  public void open() {
    generator = OnnxGenerator.open(Path.of(model));
    ModelFolder folder = ModelFolder.read(Path.of(model));
    decoder = BareDecoder.open(folder);
    step = decoder.prepare(1, STEPS / 2, SOURCE);
    request =
        GenerationRequest.ofInputIds(new ScriptedDraft(1, 300, 30_000).strangers(SOURCE))
            .withMaxNewTokens(STEPS)
            .withDrafting(Drafting.OFF)
            .withDecoding(Decoding.greedy());
    int steps = generator.generate(request).modelSteps();
    if (steps != STEPS) {
      throw new IllegalStateException("expected " + STEPS + " steps; found " + steps);
    }
  }

  /**
   * One step of the library, a share of the encoder included.
   *
   * @return the output, so that it is made
   */
  @Benchmark
  @OperationsPerInvocation(STEPS)
  public Generation ours() {
    return generator.generate(request);
  }

  /** One bare run. */
  @Benchmark
  @OperationsPerInvocation(STEPS)
  public void bare() {
    for (int i = 0; i < STEPS; i++) {
      step.run();
    }
  }

  /** Releases what {@link #open} made. */
  @TearDown
  public void close() {
    step.close();
    decoder.close();
    generator.close();
  }
}
