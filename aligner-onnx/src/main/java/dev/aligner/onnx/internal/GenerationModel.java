package dev.aligner.onnx.internal;

import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.internal.batch.BatchModel;
import dev.aligner.onnx.internal.batch.Job;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.decode.DraftHistory;
import dev.aligner.onnx.internal.decode.Drafts;
import dev.aligner.onnx.internal.decode.SearchRequest;
import dev.aligner.onnx.internal.decode.SearchRequest.TokenListener;
import dev.aligner.onnx.internal.decode.SequenceModel;
import dev.aligner.onnx.internal.decode.StepCost;
import dev.aligner.onnx.internal.decode.process.LogitsProcessors;
import dev.aligner.onnx.internal.model.ModelConfig;
import dev.aligner.onnx.internal.session.OrtSequenceModel;
import dev.aligner.onnx.internal.tokenize.HfTokenizer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A model as jobs see it: what its files say about ids, and what was learned of it so far. */
final class GenerationModel implements BatchModel {

  private final ModelConfig config;
  private final OrtSequenceModel model;
  private final HfTokenizer tokenizer;
  private final StepCost cost;
  private final DraftHistory history = new DraftHistory();

  GenerationModel(
      ModelConfig config, OrtSequenceModel model, HfTokenizer tokenizer, StepCost cost) {
    this.config = config;
    this.model = model;
    this.tokenizer = tokenizer;
    this.cost = cost;
  }

  @Override
  public SequenceModel.Opened open(Job job) {
    return model.open(job.prompts(), job.cancellation(), job.loraAdapter());
  }

  @Override
  public SearchRequest request(Job job) {
    Decoding decoding = job.decoding();
    return new SearchRequest(
        job.prompts(),
        model.isEncoderDecoder(),
        decoding,
        eosTokenIds(decoding),
        config.padTokenId(),
        job.limits(),
        model.vocabSize(),
        StopStrings.of(
            decoding.get(DecodingOption.STOP_STRINGS), tokenizer::decodeWithSpecialTokens),
        job.drafts().isEmpty() ? Drafts.NONE : new Drafts(job.drafts(), cost, history),
        job.listener(),
        job.cancellation());
  }

  @Override
  public long cacheBytes(Job job) {
    long most = 0;
    for (int prompt = 0; prompt < job.prompts().size(); prompt++) {
      int length = job.prompts().get(prompt).length;
      most = Math.max(most, cacheBytes(job.decoding(), length, job.limits().get(prompt)));
    }
    return most;
  }

  /** Returns what the caches of a prompt take in the end, those of all its rows. */
  long cacheBytes(Decoding decoding, int promptTokens, int newTokens) {
    return outputs(decoding) * model.cacheBytes(promptTokens, newTokens);
  }

  @Override
  public boolean readsPadding() {
    return model.readsPadding();
  }

  /** Returns how many rows a prompt takes. */
  static int outputs(Decoding decoding) {
    return Math.max(
        decoding.get(DecodingOption.NUM_BEAMS), decoding.get(DecodingOption.NUM_RETURN_SEQUENCES));
  }

  /** Returns the tokens that end an output, maybe none. */
  Set<Integer> eosTokenIds(Decoding decoding) {
    Set<Integer> chosen = decoding.get(DecodingOption.EOS_TOKEN_ID);
    return chosen.isEmpty() ? config.eosTokenIds() : chosen;
  }

  /** Checks that the model has the ids that a decoding names. */
  void check(Decoding decoding) {
    Job job =
        new Job(
            List.of(new int[] {0}),
            List.of(),
            List.of(1),
            decoding,
            Optional.empty(),
            TokenListener.NONE,
            Cancellation.NEVER,
            /* begun= */ false);
    LogitsProcessors.of(request(job), 0);
  }
}
