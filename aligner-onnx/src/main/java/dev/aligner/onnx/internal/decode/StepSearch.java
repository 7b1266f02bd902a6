package dev.aligner.onnx.internal.decode;

import dev.aligner.FinishReason;
import dev.aligner.onnx.DecodingOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Greedy search and sampling, as {@code generate(num_beams=1)} of transformers: each step writes
 * one token to each output, and none is ever taken back. State of one generation; not thread-safe.
 *
 * <p>Several outputs of one prompt share the reading of the prompt. An output that has ended reads
 * padding while others go on, until at least half of the rows have ended and are let go of; nothing
 * of that is seen in the outputs.
 */
final class StepSearch {

  private final DecoderState state;
  private final SearchRequest request;
  private final List<Output> outputs = new ArrayList<>();
  private final int perPrompt;

  private StepSearch(SequenceModel.Opened opened, SearchRequest request) {
    this.state = opened.state();
    this.request = request;
    this.perPrompt = request.decoding().get(DecodingOption.NUM_RETURN_SEQUENCES);
    List<TokenChooser> choosers = TokenChooser.of(request);
    for (int prompt = 0; prompt < request.prompts().size(); prompt++) {
      StopCriteria stop = StopCriteria.of(request, prompt);
      for (int i = 0; i < perPrompt; i++) {
        outputs.add(new Output(prompt, opened.firstTokens()[prompt], choosers.get(prompt), stop));
      }
    }
  }

  /** Writes all outputs of a generation that has just begun; does not close it. */
  static SearchResult run(SequenceModel.Opened opened, SearchRequest request) {
    return new StepSearch(opened, request).run(opened.firstTokens());
  }

  private SearchResult run(int[][] firstTokens) {
    List<Output> present = outputs;
    int[][] tokens = firstTokens;
    for (int steps = 1; ; steps++) {
      request.cancellation().check();
      Scores scores = state.forward(tokens);
      List<Output> open = new ArrayList<>(present.size());
      for (Output output : present) {
        if (output.isOpen() && !output.write(scores)) {
          open.add(output);
        }
      }
      if (open.isEmpty()) {
        return result(steps);
      }
      boolean rowsAreShared = steps == 1 && perPrompt > 1;
      if (rowsAreShared || 2 * open.size() <= present.size()) {
        keepOnly(open);
        present = open;
      }
      tokens = present.stream().map(Output::nextToRead).toArray(int[][]::new);
    }
  }

  /** Gives each of these outputs a row of its own, and no row to others. */
  private void keepOnly(List<Output> open) {
    state.reorder(open.stream().mapToInt(output -> output.row).toArray());
    for (int row = 0; row < open.size(); row++) {
      open.get(row).row = row;
    }
  }

  private SearchResult result(int steps) {
    List<List<DecodedRow>> byPrompt = new ArrayList<>();
    for (int from = 0; from < outputs.size(); from += perPrompt) {
      byPrompt.add(outputs.subList(from, from + perPrompt).stream().map(Output::decoded).toList());
    }
    return new SearchResult(byPrompt, steps);
  }

  /** One output on its way. */
  private final class Output {

    private final int prompt;
    private final TokenSequence sequence;
    private final TokenChooser chooser;
    private final StopCriteria stop;
    private int row;
    private int last;
    private Optional<FinishReason> ended = Optional.empty();

    Output(int prompt, int[] first, TokenChooser chooser, StopCriteria stop) {
      this.prompt = prompt;
      this.sequence = new TokenSequence(first);
      this.chooser = chooser;
      this.stop = stop;
      this.row = prompt;
    }

    boolean isOpen() {
      return ended.isEmpty();
    }

    /** Writes the next token; returns true if the output ends with it. */
    boolean write(Scores scores) {
      last = chooser.choose(scores, row, sequence);
      sequence.append(last);
      ended = stop.check(sequence.writtenIds());
      request.listener().onToken(prompt, last);
      return ended.isPresent();
    }

    int[] nextToRead() {
      return new int[] {isOpen() ? last : request.padTokenId()};
    }

    DecodedRow decoded() {
      return new DecodedRow(sequence.writtenIds(), ended.orElseThrow());
    }
  }
}
