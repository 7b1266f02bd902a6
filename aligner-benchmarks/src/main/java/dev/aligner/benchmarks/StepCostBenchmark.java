package dev.aligner.benchmarks;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What {@link StepCost} measures, by JMH: slower, with a process and confidence for each point. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 2)
@Measurement(iterations = 3, time = 3)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the setup before all else
public class StepCostBenchmark {

  /** The directory of the model: {@code -p model=DIRECTORY}. */
  @Param("")
  public String model = "";

  /** The tokens of the step. */
  @Param({"1", "2", "4", "8", "16", "32", "64", "128", "256"})
  public int width;

  /** The tokens before it. */
  @Param({"128", "512"})
  public int past;

  private BareDecoder decoder;
  private PreparedStep step;

  /** Opens the model and prepares the step. */
  @Setup
  public void open() {
    decoder = BareDecoder.open(ModelFolder.read(Path.of(model)));
    step = decoder.prepare(width, past, 64);
  }

  /** Runs the step. */
  @Benchmark
  public void step() {
    step.run();
  }

  /** Releases what {@link #open} made. */
  @TearDown
  public void close() {
    step.close();
    decoder.close();
  }
}
