package dev.aligner.onnx.internal.decode;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A search that cannot stop half-way: its only step does everything. Not thread-safe. */
final class WholeSearch implements SteppedSearch {

  private final Supplier<SearchResult> search;
  private @Nullable SearchResult result;

  WholeSearch(Supplier<SearchResult> search) {
    this.search = search;
  }

  @Override
  public void step() {
    result = search.get();
  }

  @Override
  public boolean isDone(int prompt) {
    return result != null;
  }

  @Override
  public void abandon(int prompt) {}

  @Override
  public SearchResult result(int from, int to) {
    if (result == null) {
      throw new IllegalStateException("the search has not run yet");
    }
    return new SearchResult(result.outputs().subList(from, to), result.steps().subList(from, to));
  }
}
