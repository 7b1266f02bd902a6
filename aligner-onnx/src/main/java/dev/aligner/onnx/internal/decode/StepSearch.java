package dev.aligner.onnx.internal.decode;

import dev.aligner.onnx.DecodingOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Greedy search and sampling, as {@code generate(num_beams=1)} of transformers: each output gets
 * one token after the other, and none is ever taken back. State of one generation; not thread-safe.
 *
 * <p>Several outputs of one prompt share the reading of the prompt. An output that has ended reads
 * padding while others go on, until at least half of the rows have ended and are let go of; nothing
 * of that is seen in the outputs.
 *
 * <p>An output that has a draft reads tokens of it behind the last one of its own, and gets as many
 * of them as it would have written itself, and one more. The rows of a batch advance unevenly then,
 * but their caches are cut to one length: what an output has got beyond it is read again, in
 * columns that the slowest row needs anyway.
 */
final class StepSearch implements SteppedSearch {

  private static final int[] NONE = {};

  private final DecoderState state;
  private final SearchRequest request;
  private final List<StepOutput> outputs = new ArrayList<>();
  private final int perPrompt;
  private final ScoreForm form;
  private final StepWidth widths;
  private final boolean drafts;
  private final int[][] firstTokens;
  private final int promptLength;

  /** The outputs that have a row. */
  private List<StepOutput> rows;

  /** How many written tokens of each row the cache holds; -1 while it lacks the prompt's last. */
  private int read = -1;

  StepSearch(SequenceModel.Opened opened, SearchRequest request) {
    this.state = opened.state();
    this.request = request;
    this.perPrompt = request.decoding().get(DecodingOption.NUM_RETURN_SEQUENCES);
    List<TokenChooser> choosers = TokenChooser.of(request);
    for (int prompt = 0; prompt < request.prompts().size(); prompt++) {
      StopCriteria stop = StopCriteria.of(request, prompt);
      for (int i = 0; i < perPrompt; i++) {
        outputs.add(
            new StepOutput(
                request, prompt, opened.firstTokens()[prompt], choosers.get(prompt), stop));
      }
    }
    this.form = choosers.get(0).form();
    this.drafts = request.drafts().any();
    this.widths = new StepWidth(request.drafts().cost());
    this.firstTokens = opened.firstTokens();
    this.rows = perPrompt == 1 ? outputs : firstOfEachPrompt();
    this.promptLength =
        Arrays.stream(opened.firstTokens()).mapToInt(tokens -> tokens.length).max().orElse(1);
  }

  @Override
  public boolean isDone(int prompt) {
    return of(prompt).stream().noneMatch(StepOutput::isOpen);
  }

  @Override
  public void abandon(int prompt) {
    of(prompt).forEach(StepOutput::abandon);
  }

  private List<StepOutput> of(int prompt) {
    return outputs.subList(prompt * perPrompt, (prompt + 1) * perPrompt);
  }

  /** Runs the model once. */
  @Override
  public void step() {
    boolean rowsAreShared = read < 0 && perPrompt > 1;
    readOnce();
    List<StepOutput> open = outputs.stream().filter(StepOutput::isOpen).toList();
    if (!open.isEmpty()
        && (rowsAreShared || 2 * open.size() <= rows.size() || anyRowIsOutgrown())) {
      keepOnly(open);
      rows = open;
    }
  }

  private List<StepOutput> firstOfEachPrompt() {
    List<StepOutput> first = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i += perPrompt) {
      first.add(outputs.get(i));
    }
    return first;
  }

  /** One run of the model, and what all outputs get of it. */
  private void readOnce() {
    boolean first = read < 0;
    int width = width(first);
    int[][] tokens = new int[rows.size()][];
    for (int row = 0; row < tokens.length; row++) {
      int prefix = first ? firstTokens[row].length - 1 : 0;
      tokens[row] = Arrays.copyOf(first ? firstTokens[row] : NONE, prefix + width);
      rows.get(row).fill(tokens[row], prefix, width, read);
    }
    long start = System.nanoTime();
    Scores scores = state.forward(tokens, width, form);
    if (drafts && (!first || !request.encoderDecoder())) {
      int each = first ? promptLength - 1 + width : width;
      request.drafts().cost().observe(rows.size() * each, System.nanoTime() - start);
    }
    int kept = read + width;
    for (StepOutput output : outputs) {
      if (output.isOpen()) {
        output.take(scores, read, width);
        kept = output.isOpen() ? Math.min(kept, output.written() - 1) : kept;
      }
    }
    if (kept < read + width) {
      state.truncate(promptLength + kept);
    }
    read = kept;
  }

  private int width(boolean first) {
    int most = state.mostPositions(form);
    for (StepOutput output : rows) {
      most = Math.min(most, output.mostTokens() - 1 - read);
    }
    int prompt = first && !request.encoderDecoder() ? promptLength - 1 : 0;
    return widths.choose(
        rows.stream().filter(StepOutput::isOpen).toList(), rows.size(), read, most, prompt);
  }

  /** Tells whether a row that has ended would be read beyond its own limit. */
  private boolean anyRowIsOutgrown() {
    return rows.stream().anyMatch(row -> !row.isOpen() && row.mostTokens() - 1 <= read);
  }

  /** Gives each of these outputs a row of its own, and no row to others. */
  private void keepOnly(List<StepOutput> open) {
    state.reorder(open.stream().mapToInt(StepOutput::row).toArray());
    for (int row = 0; row < open.size(); row++) {
      open.get(row).moveTo(row);
    }
  }

  @Override
  public SearchResult result(int from, int to) {
    List<List<DecodedRow>> byPrompt = new ArrayList<>();
    List<Integer> steps = new ArrayList<>();
    for (int prompt = from; prompt < to; prompt++) {
      List<StepOutput> own = of(prompt);
      byPrompt.add(own.stream().map(StepOutput::decoded).toList());
      steps.add(own.stream().mapToInt(StepOutput::steps).max().orElse(0));
    }
    return new SearchResult(byPrompt, steps);
  }
}
