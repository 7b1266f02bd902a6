package dev.aligner.onnx.internal;

import dev.aligner.CancellationToken;
import dev.aligner.InferenceException;
import dev.aligner.ModelLoadException;
import dev.aligner.Prompt;
import dev.aligner.onnx.Batching;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.LoraAdapter;
import dev.aligner.onnx.internal.batch.BatchPlan;
import dev.aligner.onnx.internal.batch.Dispatcher;
import dev.aligner.onnx.internal.batch.Halving;
import dev.aligner.onnx.internal.batch.Job;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.decode.MeasuredStepCost;
import dev.aligner.onnx.internal.decode.SearchRequest.TokenListener;
import dev.aligner.onnx.internal.decode.SearchResult;
import dev.aligner.onnx.internal.decode.StepCost;
import dev.aligner.onnx.internal.lifecycle.ActiveCalls;
import dev.aligner.onnx.internal.lifecycle.Beside;
import dev.aligner.onnx.internal.lifecycle.CloseAll;
import dev.aligner.onnx.internal.model.ModelDirectory;
import dev.aligner.onnx.internal.session.OrtModelLoader;
import dev.aligner.onnx.internal.session.OrtSequenceModel;
import dev.aligner.onnx.internal.session.Residency;
import dev.aligner.onnx.internal.tokenize.HfTokenizer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A model directory put to work: tokenizer, model, and the calls that run on them. Thread-safe.
 * What is built on it asks {@link #enter()} before anything else.
 */
public final class Engine implements AutoCloseable {

  /** So many runs at a time at least: what one does between its steps leaves cores to another. */
  private static final int LEAST_SLOTS = 2;

  private final HfTokenizer tokenizer;
  private final OrtSequenceModel model;
  private final GenerationModel generations;
  private final Dispatcher dispatcher;
  private final Batching batching;
  private final boolean widthInvariant;
  private final ActiveCalls calls = new ActiveCalls();
  private final CloseAll owned;

  private Engine(
      HfTokenizer tokenizer,
      OrtSequenceModel model,
      GenerationModel generations,
      boolean widthInvariant,
      Device device,
      Batching batching,
      CloseAll owned) {
    this.tokenizer = tokenizer;
    this.model = model;
    this.generations = generations;
    this.widthInvariant = widthInvariant;
    this.owned = owned;
    boolean batches =
        switch (batching.mode()) {
          case AUTO -> widthInvariant;
          case ON -> true;
          case OFF -> false;
        };
    this.batching =
        batching.withMaxRows(batches ? Math.min(batching.maxRows(), model.maxRows()) : 1);
    this.dispatcher = new Dispatcher(generations, this.batching, batches, slots(device));
  }

  /** Returns how many runs of the model keep the processor busy. */
  private static int slots(Device device) {
    int cores = Runtime.getRuntime().availableProcessors();
    int threads = device instanceof Device.Cpu cpu && cpu.threads() > 0 ? cpu.threads() : cores;
    return Math.max(LEAST_SLOTS, cores / threads);
  }

  /**
   * Loads a model directory.
   *
   * @param directory the directory, read and checked
   * @param device where the model runs
   * @param batching how many prompts are decoded at once
   * @return the engine; the caller closes it
   * @throws ModelLoadException if a file does not load or the files do not fit each other
   * @throws dev.aligner.EngineUnavailableException if the native libraries cannot run here
   */
  public static Engine open(ModelDirectory directory, Device device, Batching batching) {
    return open(directory, device, batching, List.of(), Residency.AUTO);
  }

  /**
   * Loads a model directory and LoRA adapters beside it, with caches in a memory of the caller's
   * choice.
   *
   * @param directory the directory, read and checked
   * @param device where the model runs
   * @param batching how many prompts are decoded at once
   * @param adapters the adapters, of different names
   * @param residency where caches lie
   * @return the engine; the caller closes it
   * @throws ModelLoadException if a file does not load or the files do not fit each other
   * @throws dev.aligner.EngineUnavailableException if the native libraries cannot run here
   */
  public static Engine open(
      ModelDirectory directory,
      Device device,
      Batching batching,
      List<LoraAdapter> adapters,
      Residency residency) {
    CloseAll owned = new CloseAll();
    try {
      Set<Integer> controlIds = new HashSet<>(directory.config().eosTokenIds());
      controlIds.add(directory.config().padTokenId());
      directory.config().decoderStartTokenId().ifPresent(controlIds::add);
      OrtModelLoader.startRuntime();
      Beside<HfTokenizer> opening =
          owned.add(
              Beside.open("tokenizer", () -> HfTokenizer.open(directory.tokenizer(), controlIds)));
      OrtSequenceModel model =
          owned.add(OrtModelLoader.load(directory, device, adapters, residency));
      HfTokenizer tokenizer = owned.add(opening.take());
      LoadChecks.vocabulary(directory, tokenizer, model);
      StepCost cost = new MeasuredStepCost();
      boolean widthInvariant = LoadChecks.isWidthInvariant(directory, model, cost);
      GenerationModel generations = new GenerationModel(directory.config(), model, tokenizer, cost);
      Batching bounds =
          DeviceBounds.of(batching, model.device(), slots(model.device()), directory.graphs());
      return new Engine(
          tokenizer, model, generations, widthInvariant, model.device(), bounds, owned);
    } catch (RuntimeException | Error e) {
      owned.closeAfter(e);
      throw e;
    }
  }

  /**
   * Begins a call.
   *
   * @return the call; the caller closes it when it is over
   * @throws dev.aligner.AlignerClosedException if this engine is closed
   */
  public ActiveCalls.Call enter() {
    return calls.enter();
  }

  /**
   * Begins a call that time or another thread may end.
   *
   * @param timeout how long it may take
   * @param token what ends it
   * @return the call; the caller closes it when it is over
   * @throws dev.aligner.AlignerClosedException if this engine is closed
   */
  public ActiveCalls.Call enter(Optional<Duration> timeout, Optional<CancellationToken> token) {
    return calls.enter(timeout, token);
  }

  /**
   * Checks that an adapter is loaded.
   *
   * @param name its name
   * @return the name
   * @throws IllegalArgumentException if it is not
   */
  public String requireLoraAdapter(String name) {
    Set<String> names = model.loraAdapters();
    if (!names.contains(name)) {
      throw new IllegalArgumentException(
          "expected a LoRA adapter that was named when the model was loaded, one of "
              + names
              + "; found \""
              + name
              + "\"");
    }
    return name;
  }

  /**
   * Tells whether the prompts belong to an encoder.
   *
   * @return false for a decoder alone
   */
  public boolean isEncoderDecoder() {
    return model.isEncoderDecoder();
  }

  /**
   * Returns the tokenizer, to be used inside a call.
   *
   * @return the tokenizer
   */
  public HfTokenizer tokenizer() {
    return tokenizer;
  }

  /**
   * Checks that the model has the ids that a decoding names.
   *
   * @param decoding how tokens are chosen
   * @throws IllegalArgumentException if it has not
   */
  public void check(Decoding decoding) {
    generations.check(decoding);
  }

  /**
   * Tells whether what is written is never taken back, so that it may be shown at once.
   *
   * @param settings how tokens are chosen
   * @return false where several beams or outputs are written beside each other
   */
  public boolean writesForGood(GenerationSettings settings) {
    return GenerationModel.outputs(settings.decoding()) == 1;
  }

  /**
   * Returns the tokens that end an output.
   *
   * @param settings how tokens are chosen
   * @return ids, maybe none
   */
  public Set<Integer> eosTokenIds(GenerationSettings settings) {
    return generations.eosTokenIds(settings.decoding());
  }

  /**
   * Writes what follows each prompt, several prompts at a time where that changes nothing, those of
   * like length together.
   *
   * @param prompts token ids, none empty, none longer than the budget allows
   * @param drafts for each prompt what its output may repeat, empty for none; or no list at all
   * @param settings how tokens are chosen, and how many
   * @param listener hears of tokens as they are written, each with the index of its prompt
   * @param call the call this is part of
   * @return what was written for each prompt, in the order of the prompts
   * @throws InferenceException if the engine fails; a prompt for which the device has no memory
   *     fails alone, when what was written for it is asked for
   * @throws dev.aligner.OverloadedException if too many calls wait for it
   * @throws dev.aligner.AlignerClosedException if the engine is closed meanwhile
   */
  public List<Written> generate(
      List<int[]> prompts,
      List<int[]> drafts,
      GenerationSettings settings,
      TokenListener listener,
      Cancellation call) {
    prompts.forEach(this::checkPrompt);
    drafts.forEach(ids -> checkIds("draft", ids));
    List<List<Integer>> batches =
        BatchPlan.of(
            prompts,
            batching,
            model.readsPadding(),
            prompt ->
                generations.cacheBytes(
                    settings.decoding(),
                    prompt.length,
                    settings.budget().maxNewTokens(prompt.length)));
    List<int[]> read = drafts(settings) ? drafts : List.of();
    Written[] all = new Written[prompts.size()];
    int number = 0;
    for (List<Integer> batch : batches) {
      Job job = job(batch, prompts, read, settings, listener, call, /* begun= */ number > 0);
      for (Halving.Part part : Halving.run(dispatcher::run, job)) {
        for (int i = part.from(); i < part.to(); i++) {
          all[batch.get(i)] = written(part, i, number);
        }
        number++;
      }
    }
    return List.of(all);
  }

  private static Written written(Halving.Part part, int prompt, int number) {
    SearchResult result = part.result();
    RuntimeException failure = part.failure();
    if (result == null || failure != null) {
      return Written.failed(
          number, failure != null ? failure : new IllegalStateException("no result"));
    }
    int index = prompt - part.from();
    return new Written(result.outputs().get(index), number, result.steps().get(index));
  }

  private static Job job(
      List<Integer> batch,
      List<int[]> prompts,
      List<int[]> drafts,
      GenerationSettings settings,
      TokenListener listener,
      Cancellation call,
      boolean begun) {
    List<int[]> own = batch.stream().map(prompts::get).toList();
    return new Job(
        own,
        drafts.isEmpty() ? drafts : batch.stream().map(drafts::get).toList(),
        own.stream().map(prompt -> settings.budget().maxNewTokens(prompt.length)).toList(),
        settings.decoding(),
        settings.loraAdapter(),
        listener == TokenListener.NONE
            ? listener
            : (prompt, token) -> listener.onToken(batch.get(prompt), token),
        call,
        begun);
  }

  /**
   * Returns the tokens of a text as the model would write it.
   *
   * @param output the text
   * @param settings how tokens are chosen
   * @return ids, the end-of-sequence token included; none where drafts are not read
   */
  int[] draft(String output, GenerationSettings settings) {
    if (!drafts(settings)) {
      return new int[0];
    }
    Prompt text = Prompt.ofTrusted(output);
    if (model.isEncoderDecoder()) {
      return tokenizer.encode(text);
    }
    int[] ids = tokenizer.encode(text, HfTokenizer.Around.NOTHING);
    IntStream end = eosTokenIds(settings).stream().mapToInt(Integer::intValue).limit(1);
    return IntStream.concat(IntStream.of(ids), end).toArray();
  }

  /** Tells whether drafts are read. */
  private boolean drafts(GenerationSettings settings) {
    boolean greedy =
        GenerationModel.outputs(settings.decoding()) == 1
            && !settings.decoding().get(DecodingOption.DO_SAMPLE);
    return greedy
        && switch (settings.drafting()) {
          case AUTO -> widthInvariant;
          case ON -> true;
          case OFF -> false;
        };
  }

  private void checkPrompt(int[] prompt) {
    if (prompt.length == 0) {
      throw new InferenceException("the prompt has no tokens. Fix: give it some text", null);
    }
    checkIds("prompt", prompt);
  }

  private void checkIds(String what, int[] ids) {
    for (int id : ids) {
      if (id < 0 || id >= model.vocabSize()) {
        throw new InferenceException(
            "the "
                + what
                + " has a token id that the model does not know: expected 0 to "
                + (model.vocabSize() - 1)
                + ", found "
                + id
                + ". Fix: use the tokenizer of the same checkpoint",
            null);
      }
    }
  }

  /** Ends all calls, waits until they have left, and releases everything. Idempotent. */
  @Override
  public void close() {
    calls.shutDown();
    synchronized (owned) {
      owned.close();
    }
  }
}
