package dev.aligner.onnx.internal.decode;

import dev.aligner.onnx.DecodingOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Beam search and beam sampling, as {@code generate(num_beams=n)} of transformers 4.57. State of
 * one generation; not thread-safe.
 *
 * <p>A prompt is read once, by one row, from which its beams go on. A prompt whose outputs are
 * certain takes no part in later steps, so its outputs are what they were if it were alone.
 */
final class BeamSearch {

  /* Names in _beam_search of transformers/generation/utils.py [1] and here:
   *   running_sequences, running_beam_scores   BeamGroup, its open beams
   *   sequences, beam_scores                   EndedBeams
   *   beams_to_keep, topk_log_probs            BeamScorer.count, Candidates
   *   is_early_stop_heuristic_unsatisfied      EndedBeams.mayImprove
   *   next_token_hits_stopping_criteria        StopCriteria.check
   * There a prompt that is done goes on, at a score that is never taken, until all are done.
   *
   * [1] https://github.com/huggingface/transformers/blob/v4.57.6/src/transformers/generation/utils.py
   */

  private final DecoderState state;
  private final SearchRequest request;
  private final List<BeamGroup> groups = new ArrayList<>();
  private final List<BeamScorer> scorers;
  private final int[] steps;

  private BeamSearch(SequenceModel.Opened opened, SearchRequest request) {
    this.state = opened.state();
    this.request = request;
    for (int prompt = 0; prompt < request.prompts().size(); prompt++) {
      groups.add(new BeamGroup(request, prompt, opened.firstTokens()[prompt]));
    }
    this.scorers = BeamScorer.of(request);
    this.steps = new int[groups.size()];
  }

  /** Writes all outputs of a generation that has just begun; does not close it. */
  static SearchResult run(SequenceModel.Opened opened, SearchRequest request) {
    return new BeamSearch(opened, request).run(opened.firstTokens());
  }

  private SearchResult run(int[][] firstTokens) {
    int[] open = IntStream.range(0, groups.size()).toArray();
    int[][] tokens = firstTokens;
    int rowsEach = 1;
    while (true) {
      request.cancellation().check();
      Scores scores = state.forward(tokens, 1, ScoreForm.LOGITS);
      for (int i = 0; i < open.length; i++) {
        steps[open[i]]++;
        BeamGroup group = groups.get(open[i]);
        group.advance(scorers.get(open[i]).candidates(group, scores, i * rowsEach, rowsEach));
      }
      int[] sources = sources(open, rowsEach);
      if (sources.length == 0) {
        return result();
      }
      if (!isIdentity(sources, open.length * rowsEach)) {
        state.reorder(sources);
      }
      open = IntStream.of(open).filter(this::isOpen).toArray();
      tokens = lastTokens(open);
      rowsEach = groups.get(0).size();
    }
  }

  private boolean isOpen(int prompt) {
    return !groups.get(prompt).isDone();
  }

  /** Returns for each row of the next step the present row that it goes on from. */
  private int[] sources(int[] open, int rowsEach) {
    return IntStream.range(0, open.length)
        .filter(i -> isOpen(open[i]))
        .flatMap(
            i -> {
              BeamGroup group = groups.get(open[i]);
              return IntStream.range(0, group.size())
                  .map(beam -> i * rowsEach + Math.min(rowsEach - 1, group.parent(beam)));
            })
        .toArray();
  }

  private static boolean isIdentity(int[] sources, int rows) {
    return sources.length == rows
        && IntStream.range(0, sources.length).allMatch(row -> sources[row] == row);
  }

  private int[][] lastTokens(int[] open) {
    return IntStream.of(open)
        .mapToObj(groups::get)
        .flatMap(
            group ->
                IntStream.range(0, group.size())
                    .mapToObj(beam -> new int[] {group.lastToken(beam)}))
        .toArray(int[][]::new);
  }

  private SearchResult result() {
    int count = request.decoding().get(DecodingOption.NUM_RETURN_SEQUENCES);
    return new SearchResult(
        groups.stream().map(group -> group.best(count)).toList(),
        IntStream.of(steps).boxed().toList());
  }
}
