package dev.aligner.onnx.internal.batch;

import dev.aligner.onnx.internal.decode.SearchRequest;
import dev.aligner.onnx.internal.decode.SequenceModel;

/** What a dispatcher needs of a model. Thread-safe. */
public interface BatchModel {

  /**
   * Begins a generation.
   *
   * @param job the prompts, the adapter and the cancellation
   * @return the generation; the caller closes it
   */
  SequenceModel.Opened open(Job job);

  /**
   * Says what to do with it.
   *
   * @param job what {@link #open} was asked for
   * @return the search's request
   */
  SearchRequest request(Job job);

  /**
   * Returns what the caches of one prompt take in the end.
   *
   * @param job the prompts, of which the one counts that takes most
   * @return bytes
   */
  long cacheBytes(Job job);

  /**
   * Tells whether prompts of different lengths may be in one generation.
   *
   * @return false if all need one length
   */
  boolean readsPadding();
}
