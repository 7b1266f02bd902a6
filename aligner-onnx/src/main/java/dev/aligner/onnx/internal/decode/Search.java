package dev.aligner.onnx.internal.decode;

import dev.aligner.onnx.DecodingOption;

/** The door to search: picks the one that a decoding asks for. */
public final class Search {

  private Search() {}

  /**
   * Writes what follows each prompt.
   *
   * @param opened a generation of the request's prompts that has just begun, one row for each; not
   *     closed here
   * @param request what to do
   * @return the outputs of each prompt; where it is sampled, the source of random numbers is asked
   *     for a generator for each prompt in turn, so that prompts do not depend on each other
   * @throws IllegalArgumentException if the request contradicts itself
   * @throws dev.aligner.InferenceException if the scores of the model leave no choice
   */
  public static SearchResult run(SequenceModel.Opened opened, SearchRequest request) {
    SteppedSearch search = begin(opened, request);
    for (int prompt = 0; prompt < request.prompts().size(); prompt++) {
      while (!search.isDone(prompt)) {
        if (search instanceof StepSearch) {
          request.cancellation().check();
        }
        search.step();
      }
    }
    return search.result(0, request.prompts().size());
  }

  /**
   * Begins to write what follows each prompt, step by step. The cancellation is asked by whoever
   * takes the steps, before each of them; a search that has only one asks for itself.
   *
   * @param opened as for {@link #run}
   * @param request as for {@link #run}
   * @return the search, before its first step
   * @throws IllegalArgumentException if the request contradicts itself
   */
  public static SteppedSearch begin(SequenceModel.Opened opened, SearchRequest request) {
    int beams = request.decoding().get(DecodingOption.NUM_BEAMS);
    int outputs = request.decoding().get(DecodingOption.NUM_RETURN_SEQUENCES);
    if (beams > 1) {
      check(outputs <= beams, "num_return_sequences of at most num_beams, " + beams, outputs);
      check(hearsNothing(request), "no listener, for beams take tokens back", "one");
      return new WholeSearch(() -> BeamSearch.run(opened, request));
    }
    check(
        outputs == 1 || request.decoding().get(DecodingOption.DO_SAMPLE),
        "num_return_sequences of 1, for greedy search writes one output",
        outputs);
    check(
        outputs == 1 || hearsNothing(request), "no listener, for it hears one output only", "one");
    return new StepSearch(opened, request);
  }

  private static boolean hearsNothing(SearchRequest request) {
    return request.listener() == SearchRequest.TokenListener.NONE;
  }

  private static void check(boolean holds, String expected, Object found) {
    if (!holds) {
      throw new IllegalArgumentException("expected " + expected + "; found " + found);
    }
  }
}
