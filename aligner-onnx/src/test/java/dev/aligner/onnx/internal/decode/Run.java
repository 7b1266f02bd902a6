package dev.aligner.onnx.internal.decode;

import dev.aligner.onnx.Decoding;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** One search over a {@link FakeModel}, with a default for all that a test does not care about. */
record Run(
    FakeModel model,
    Decoding decoding,
    Set<Integer> eos,
    List<Integer> maxNewTokens,
    Predicate<int[]> stop,
    Drafts drafts,
    SearchRequest.TokenListener listener,
    Cancellation cancellation) {

  static final int PAD = 3;

  static Run of(FakeModel model, Decoding decoding) {
    return new Run(
        model,
        decoding,
        Set.of(1),
        List.of(10),
        SearchRequest.NO_STOP,
        Drafts.NONE,
        SearchRequest.TokenListener.NONE,
        Cancellation.NEVER);
  }

  Run eos(Integer... ids) {
    return new Run(
        model, decoding, Set.of(ids), maxNewTokens, stop, drafts, listener, cancellation);
  }

  Run noEos() {
    return eos(new Integer[0]);
  }

  /** One limit for each prompt, or one for all. */
  Run maxNewTokens(Integer... limits) {
    return new Run(model, decoding, eos, List.of(limits), stop, drafts, listener, cancellation);
  }

  Run stop(Predicate<int[]> ends) {
    return new Run(model, decoding, eos, maxNewTokens, ends, drafts, listener, cancellation);
  }

  Run listener(SearchRequest.TokenListener hears) {
    return new Run(model, decoding, eos, maxNewTokens, stop, drafts, hears, cancellation);
  }

  Run cancellation(Cancellation asked) {
    return new Run(model, decoding, eos, maxNewTokens, stop, drafts, listener, asked);
  }

  /** What the output of each prompt may repeat, and what steps cost. */
  Run drafts(StepCost cost, int[]... sources) {
    Drafts given = new Drafts(List.of(sources), cost, new DraftHistory());
    return new Run(model, decoding, eos, maxNewTokens, stop, given, listener, cancellation);
  }

  SearchResult on(int[]... prompts) {
    return on(List.of(prompts));
  }

  SearchResult on(List<int[]> prompts) {
    try (SequenceModel.Opened opened = model.open(prompts, cancellation)) {
      return Search.run(opened, request(prompts));
    }
  }

  SearchRequest request(List<int[]> prompts) {
    return new SearchRequest(
        prompts,
        model.encoderDecoder(),
        decoding,
        eos,
        PAD,
        maxNewTokens.size() == 1
            ? Collections.nCopies(prompts.size(), maxNewTokens.get(0))
            : maxNewTokens,
        model.vocabSize(),
        stop,
        drafts,
        listener,
        cancellation);
  }
}
