package dev.aligner.onnx.internal.decode;

import java.util.List;

/**
 * What the outputs of a generation may repeat, and what is known about the cost of checking it.
 *
 * @param sources for each prompt the token ids of its draft, empty where it has none; no list at
 *     all where no prompt has one
 * @param cost the cost curve of the model
 * @param history how drafts of the model fared so far
 */
public record Drafts(List<int[]> sources, StepCost cost, DraftHistory history) {

  /** No drafts. */
  public static final Drafts NONE =
      new Drafts(List.of(), new MeasuredStepCost(), new DraftHistory());

  /** Copies. */
  public Drafts {
    sources = List.copyOf(sources);
  }

  /** Tells whether any prompt has a draft. */
  boolean any() {
    return sources.stream().anyMatch(source -> source.length > 0);
  }
}
