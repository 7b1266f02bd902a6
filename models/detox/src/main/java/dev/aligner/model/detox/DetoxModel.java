package dev.aligner.model.detox;

import dev.aligner.model.BundledModel;

/**
 * A small encoder-decoder that takes toxicity out of answers with minimal edits, sentence by
 * sentence. Its files lie under {@code META-INF/aligner/detox/}; the model card among them tells
 * what it can do and what it cannot.
 */
public final class DetoxModel extends BundledModel {

  /** Makes the model; {@link java.util.ServiceLoader} does. */
  public DetoxModel() {
    super("detox");
  }
}
