package dev.aligner.onnx.internal.batch;

import dev.aligner.onnx.internal.decode.OutOfDeviceMemoryException;
import dev.aligner.onnx.internal.decode.SearchRequest.TokenListener;
import dev.aligner.onnx.internal.decode.SearchResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs a job, and where the device has no memory for all of its prompts at once the two halves of
 * them, one after the other. A half that is too large still is halved again; a prompt that is too
 * large alone fails, and no other one with it.
 */
public final class Halving {

  private final Function<Job, SearchResult> runner;
  private final Job job;
  private final @Nullable TokenBuffer tokens;
  private final List<Part> parts = new ArrayList<>();

  private Halving(Function<Job, SearchResult> runner, Job job) {
    this.runner = runner;
    this.job = job;
    this.tokens =
        job.listener() == TokenListener.NONE || job.prompts().size() == 1
            ? null
            : new TokenBuffer(job.listener(), job.prompts().size());
  }

  /**
   * Runs a job.
   *
   * @param runner runs a job or throws
   * @param job the job
   * @return its prompts in order, in one part or in several
   * @throws RuntimeException what the runner throws for another reason than a lack of memory
   */
  public static List<Part> run(Function<Job, SearchResult> runner, Job job) {
    Halving halving = new Halving(runner, job);
    halving.run(0, job.prompts().size());
    return halving.parts;
  }

  private void run(int from, int to) {
    try {
      parts.add(new Part(from, to, runner.apply(job.part(from, to, listener(from))), null));
    } catch (OutOfDeviceMemoryException e) {
      if (to - from == 1) {
        parts.add(new Part(from, to, null, e));
        return;
      }
      int middle = (from + to) >>> 1;
      run(from, middle);
      run(middle, to);
    }
  }

  /** What was heard already is not heard again. */
  private TokenListener listener(int from) {
    TokenBuffer buffer = tokens;
    if (buffer == null) {
      return job.listener();
    }
    buffer.restart();
    return (prompt, token) -> {
      buffer.add(from + prompt, token);
      buffer.deliver();
    };
  }

  /**
   * Some prompts of a job that were decoded together.
   *
   * @param from the first of them
   * @param to the one behind the last of them
   * @param result what was written for them, or null if they failed
   * @param failure why they failed, or null if they did not
   */
  public record Part(
      int from, int to, @Nullable SearchResult result, @Nullable RuntimeException failure) {}
}
