package dev.aligner.onnx.internal.decode.process;

import dev.aligner.onnx.LogitsProcessor;
import dev.aligner.onnx.internal.decode.SearchRequest;
import java.nio.IntBuffer;
import java.util.List;

/**
 * The processors of one prompt, in the order of transformers; {@link ProcessorPlan} writes it down.
 * What a processor does to scores depends on nothing but the ids and scores it is given, so one
 * instance serves many rows of its prompt.
 *
 * <p>Not thread-safe: memory that grows with the vocabulary is kept from step to step.
 */
public final class LogitsProcessors {

  private final List<LogitsProcessor> processors;

  private LogitsProcessors(List<LogitsProcessor> processors) {
    this.processors = List.copyOf(processors);
  }

  /**
   * Makes what a decoding asks for, sampling's own included if it samples.
   *
   * @param request the generation
   * @param prompt the index of the prompt
   * @return the processors
   * @throws IllegalArgumentException if an option names an id that the vocabulary lacks, where
   *     transformers fails too; it ignores such ids in {@code suppress_tokens} and {@code
   *     begin_suppress_tokens}
   */
  public static LogitsProcessors of(SearchRequest request, int prompt) {
    return new LogitsProcessors(ProcessorPlan.of(request, prompt));
  }

  /**
   * Makes what a decoding asks for of all beams of a prompt but the best. To those, transformers
   * does not apply {@code encoder_repetition_penalty}: it changes as many rows of scores as there
   * are prompts, and judged by one prompt at a time that is the first row.
   *
   * @param request the generation
   * @param prompt the index of the prompt
   * @return the processors
   * @throws IllegalArgumentException as {@link #of} throws it
   */
  public static LogitsProcessors ofLaterBeams(SearchRequest request, int prompt) {
    return new LogitsProcessors(ProcessorPlan.ofLaterBeams(request, prompt));
  }

  /**
   * Tells whether nothing is to be done, so that scores need not be copied out of the runtime.
   *
   * @return true if there are no processors
   */
  public boolean isEmpty() {
    return processors.isEmpty();
  }

  /**
   * Changes the scores of the next token.
   *
   * @param inputIds what the decoder has read so far, index 0 to its limit
   * @param scores one score for each id; a log-probability in beam search, else a logit
   */
  public void process(IntBuffer inputIds, float[] scores) {
    for (LogitsProcessor processor : processors) {
      processor.process(inputIds, scores);
    }
  }
}
