package dev.aligner.onnx.internal.decode.process;

import dev.aligner.onnx.LogitsProcessor;
import dev.aligner.onnx.internal.decode.SearchRequest;
import java.nio.IntBuffer;
import java.util.List;

/** The processors of one prompt, in the order of transformers. Thread-safe if the user's are. */
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
   */
  public static LogitsProcessors of(SearchRequest request, int prompt) {
    return new LogitsProcessors(List.of());
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
   * @param scores one score for each id
   */
  public void process(IntBuffer inputIds, float[] scores) {
    IntBuffer readOnly = inputIds.asReadOnlyBuffer();
    processors.forEach(processor -> processor.process(readOnly, scores));
  }
}
