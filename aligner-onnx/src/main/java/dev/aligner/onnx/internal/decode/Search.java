package dev.aligner.onnx.internal.decode;

import java.util.List;

/** Stub. */
public final class Search {
  private Search() {}

  /** Stub. */
  public static SearchResult run(SequenceModel.Opened opened, SearchRequest request) {
    GreedySearch.Result result =
        GreedySearch.run(
            opened,
            request.padTokenId(),
            new StopCriteria(request.eosTokenIds(), request.maxNewTokens().get(0)),
            request.cancellation());
    return new SearchResult(result.rows().stream().map(List::of).toList(), result.steps());
  }
}
