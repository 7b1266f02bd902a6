package dev.aligner.onnx;

import dev.aligner.Aligner;
import dev.aligner.AlignerClosedException;
import dev.aligner.Correction;
import dev.aligner.CorrectionRequest;
import dev.aligner.EngineUnavailableException;
import dev.aligner.LimitExceededException;
import dev.aligner.ModelLoadException;
import dev.aligner.PromptTemplate;
import dev.aligner.model.BundledModel;
import dev.aligner.onnx.internal.CorrectionRun;
import dev.aligner.onnx.internal.Engine;
import dev.aligner.onnx.internal.Fingerprint;
import dev.aligner.onnx.internal.GenerationSettings;
import dev.aligner.onnx.internal.PromptMaker;
import dev.aligner.onnx.internal.TokenBudget;
import dev.aligner.onnx.internal.chat.ChatTemplate;
import dev.aligner.onnx.internal.lifecycle.ActiveCalls;
import dev.aligner.onnx.internal.model.ModelCache;
import dev.aligner.onnx.internal.model.ModelDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An {@link Aligner} that runs an exported model in this JVM.
 *
 * <pre>{@code
 * try (Aligner aligner = OnnxAligner.bundled()) {
 *   String better = aligner.correct(question, answer).text();
 * }
 * }</pre>
 *
 * <p>Thread-safe: one instance serves all threads and loads the model once. {@link #close} ends the
 * corrections that run, with {@link dev.aligner.AlignerClosedException}, and returns when the last
 * has ended.
 */
public final class OnnxAligner implements Aligner {

  private final Engine engine;
  private final CorrectionRun run;
  private final Fingerprint fingerprint;
  private final Runnable onClose;

  private OnnxAligner(Engine engine, CorrectionRun run, Fingerprint fingerprint, Runnable onClose) {
    this.engine = engine;
    this.run = run;
    this.fingerprint = fingerprint;
    this.onClose = onClose;
  }

  /**
   * Starts an aligner over a model directory: {@code config.json}, {@code generation_config.json},
   * {@code tokenizer.json} and the graphs, as the Hugging Face exporters write them, and optionally
   * {@code aligner.json}.
   *
   * @param modelDirectory the directory
   * @return a builder; nothing is read before {@link Builder#build}
   */
  public static Builder builder(Path modelDirectory) {
    return new Builder(modelDirectory);
  }

  /**
   * Starts an aligner over a model that comes in a jar. Its files are unpacked into a cache of this
   * user at the first use: the folder named by the system property {@code dev.aligner.cache} or the
   * environment variable {@code ALIGNER_CACHE}, else {@code aligner} in the user's cache folder,
   * else a folder of the user's in the temp folder.
   *
   * @param model the model
   * @return a builder
   * @throws ModelLoadException if the jar is damaged
   * @throws EngineUnavailableException if there is no writable place for the files
   */
  public static Builder builder(BundledModel model) {
    return new Builder(ModelCache.ofUser().directoryOf(model));
  }

  /**
   * Opens the model that is on the class path, with its own settings, on the CPU.
   *
   * @return an aligner; the caller closes it
   * @throws EngineUnavailableException if there is no model on the class path or more than one, or
   *     the engine cannot run here
   * @throws ModelLoadException if the model does not load
   */
  public static OnnxAligner bundled() {
    List<BundledModel> models = BundledModel.available();
    if (models.size() > 1) {
      throw new EngineUnavailableException(
          "several models on the class path: expected one, found "
              + models
              + ". Fix: choose one by OnnxAligner.bundled(name)",
          null);
    }
    if (models.isEmpty()) {
      throw noModel("expected one, found none");
    }
    return builder(models.get(0)).build();
  }

  /**
   * Opens a model that is on the class path, with its own settings, on the CPU.
   *
   * @param name the model's name, such as {@code detox}
   * @return an aligner; the caller closes it
   * @throws EngineUnavailableException if there is no such model on the class path, or the engine
   *     cannot run here
   * @throws ModelLoadException if the model does not load
   */
  public static OnnxAligner bundled(String name) {
    List<BundledModel> models = BundledModel.available();
    return models.stream()
        .filter(model -> model.name().equals(name))
        .findFirst()
        .map(model -> builder(model).build())
        .orElseThrow(() -> noModel("expected \"" + name + "\", found " + models));
  }

  private static EngineUnavailableException noModel(String problem) {
    return new EngineUnavailableException(
        "no such model on the class path: "
            + problem
            + ". Fix: add the dependency dev.aligner:aligner-model-detox, or name a model directory by"
            + " OnnxAligner.builder(directory)",
        null);
  }

  @Override
  public Correction correct(CorrectionRequest request) {
    Objects.requireNonNull(request, "request");
    try (ActiveCalls.Call call = engine.enter(request.timeout(), request.cancellation())) {
      return run.correct(request, call);
    }
  }

  /**
   * Corrects one answer and delivers its text while it is written: what later tokens cannot change,
   * in whole characters. Beam search, and several outputs, deliver it in the end.
   *
   * @param request the question and the answer to correct
   * @param onText hears of the text in parts, none of them empty, in the thread of the caller
   * @return the correction, whose text is all that was delivered
   * @throws LimitExceededException if the correction is longer than a limit, also where such an
   *     answer is else skipped: what was delivered cannot be taken back
   */
  @Override
  public Correction correct(CorrectionRequest request, Consumer<String> onText) {
    Objects.requireNonNull(request, "request");
    Objects.requireNonNull(onText, "onText");
    try (ActiveCalls.Call call = engine.enter(request.timeout(), request.cancellation())) {
      return run.correct(request, onText, call);
    }
  }

  /**
   * Corrects many answers, several at a time as {@link Builder#batching} says, and loses none of
   * them: whatever goes wrong with one is its own outcome. The duration that the usage of an item
   * tells is that of all items together. Requests that have a timeout or a token are corrected one
   * by one.
   *
   * @param requests the questions and answers, none of them null
   * @return one correction for each request, in the order of the requests
   */
  @Override
  public List<Correction> correctAll(List<CorrectionRequest> requests) {
    List<CorrectionRequest> all = List.copyOf(requests);
    boolean endByThemselves =
        all.stream().anyMatch(r -> r.timeout().isPresent() || r.cancellation().isPresent());
    if (endByThemselves) {
      return Aligner.super.correctAll(all);
    }
    try (ActiveCalls.Call call = engine.enter()) {
      return run.correctAll(all, call);
    } catch (AlignerClosedException e) {
      return all.stream().map(request -> Correction.failed(request, e)).toList();
    }
  }

  /**
   * Returns the SHA-256 over the files of the model and of its adapters, the decoding, the
   * template, the segmentation and the limits. The files are read at the first call.
   *
   * @return 64 hexadecimal digits; empty where tokens are sampled, or chosen by processors of your
   *     own
   * @throws ModelLoadException if a file is not there any more
   */
  @Override
  public Optional<String> fingerprint() {
    return fingerprint.of(run);
  }

  /**
   * Returns the template the prompts are made with.
   *
   * @return the builder's, else that of {@code aligner.json}
   */
  public PromptTemplate template() {
    return run.prompts().template();
  }

  /**
   * Returns how answers are cut.
   *
   * @return the builder's, else that of {@code aligner.json}, else none
   */
  public Segmentation segmentation() {
    return run.segmentation();
  }

  /**
   * Returns an aligner that has the same model with a LoRA adapter. It costs nothing, so it may be
   * made for each call: the model stays this aligner's, closing what is returned does nothing, and
   * once this aligner is closed what was returned is closed as well.
   *
   * @param name the name of an adapter given to {@link Builder#loraAdapter}
   * @return the aligner; it may be used beside this one, from all threads
   * @throws IllegalArgumentException if there is no such adapter
   */
  public OnnxAligner withLoraAdapter(String name) {
    return new OnnxAligner(engine, run.withLoraAdapter(name), fingerprint, () -> {});
  }

  /**
   * Ends running corrections and releases the model, unless it is another aligner's, of which this
   * one was made by {@link #withLoraAdapter}. Closing twice does nothing more.
   */
  @Override
  public void close() {
    onClose.run();
  }

  /**
   * Collects settings for an {@link OnnxAligner}; all are optional. Not thread-safe. It stays
   * usable after {@link #build}.
   */
  public static final class Builder {

    private final Path modelDirectory;
    private Device device = Device.cpu();
    private Limits limits = Limits.ofModel();
    private Decoding decoding = Decoding.ofModel();
    private WeightFormat weightFormat = WeightFormat.AUTO;
    private Batching batching = Batching.auto();
    private Drafting drafting = Drafting.AUTO;
    private final List<LoraAdapter> loraAdapters = new ArrayList<>();
    private @Nullable PromptTemplate template;
    private @Nullable Segmentation segmentation;

    private Builder(Path modelDirectory) {
      this.modelDirectory = Objects.requireNonNull(modelDirectory, "modelDirectory");
    }

    /**
     * Sets where the model runs. Default: {@link Device#cpu()}.
     *
     * @param device the device
     * @return this builder
     */
    public Builder device(Device device) {
      this.device = Objects.requireNonNull(device, "device");
      return this;
    }

    /**
     * Sets how tokens are chosen. Default: {@link Decoding#ofModel()}, what {@code
     * generation_config.json} says.
     *
     * @param decoding the decoding
     * @return this builder
     */
    public Builder decoding(Decoding decoding) {
      this.decoding = Objects.requireNonNull(decoding, "decoding");
      return this;
    }

    /**
     * Sets which graphs are loaded where the directory holds several. Default: {@link
     * WeightFormat#AUTO}.
     *
     * @param format the format
     * @return this builder
     */
    public Builder weightFormat(WeightFormat format) {
      this.weightFormat = Objects.requireNonNull(format, "format");
      return this;
    }

    /**
     * Sets whether several prompts are decoded at once. Default: {@link Batching#auto()}.
     *
     * @param batching the batching
     * @return this builder
     */
    public Builder batching(Batching batching) {
      this.batching = Objects.requireNonNull(batching, "batching");
      return this;
    }

    /**
     * Sets whether the original answer drafts the correction, which makes a correction faster and
     * never another one. Default: {@link Drafting#AUTO}.
     *
     * @param drafting the choice
     * @return this builder
     */
    public Builder drafting(Drafting drafting) {
      this.drafting = Objects.requireNonNull(drafting, "drafting");
      return this;
    }

    /**
     * Adds a LoRA adapter, which is loaded beside the model for {@link #withLoraAdapter}. Default:
     * none. May be called several times.
     *
     * @param adapter the adapter
     * @return this builder
     * @throws IllegalArgumentException if there is one of that name already
     */
    public Builder loraAdapter(LoraAdapter adapter) {
      if (loraAdapters.stream().anyMatch(a -> a.name().equals(adapter.name()))) {
        throw new IllegalArgumentException(
            "expected LoRA adapters of different names; found two \"" + adapter.name() + "\"");
      }
      loraAdapters.add(adapter);
      return this;
    }

    /**
     * Sets the template the model was trained on. Default: what {@code aligner.json} says; without
     * that, the template has to be set.
     *
     * @param template the template
     * @return this builder
     */
    public Builder template(PromptTemplate template) {
      this.template = Objects.requireNonNull(template, "template");
      return this;
    }

    /**
     * Sets how answers are cut. Default: what {@code aligner.json} says, else {@link
     * Segmentation#none()}.
     *
     * @param segmentation the segmentation
     * @return this builder
     */
    public Builder segmentation(Segmentation segmentation) {
      this.segmentation = Objects.requireNonNull(segmentation, "segmentation");
      return this;
    }

    /**
     * Sets how long prompts and corrections may be. Default: {@link Limits#ofModel()}.
     *
     * @param limits the limits
     * @return this builder
     */
    public Builder limits(Limits limits) {
      this.limits = Objects.requireNonNull(limits, "limits");
      return this;
    }

    /**
     * Loads the model.
     *
     * @return an aligner; the caller closes it
     * @throws ModelLoadException if the directory is not a model that this release can run, no
     *     template is known for it, or a file is no LoRA adapter of it
     * @throws EngineUnavailableException if the native libraries cannot run here
     * @throws IllegalArgumentException if options of the decoding exclude each other, or name ids
     *     that the model does not have
     */
    public OnnxAligner build() {
      ModelDirectory directory = ModelDirectory.read(modelDirectory, weightFormat);
      Decoding resolved = directory.config().decoding().under(decoding);
      PromptTemplate chosenTemplate =
          template != null
              ? template
              : directory.aligner().template().orElseThrow(this::templateMissing);
      Optional<ChatTemplate> chat =
          chosenTemplate.isChatTurn() ? Optional.of(chatTemplate(directory)) : Optional.empty();
      Segmentation chosenSegmentation =
          segmentation != null
              ? segmentation
              : directory.aligner().segmentation().orElse(Segmentation.none());
      Engine engine = Engine.open(directory, device, batching, loraAdapters);
      try {
        engine.check(resolved);
      } catch (RuntimeException e) {
        engine.close();
        throw e;
      }
      GenerationSettings settings =
          new GenerationSettings(
              resolved, TokenBudget.of(directory, engine.isEncoderDecoder(), limits), drafting);
      return new OnnxAligner(
          engine,
          new CorrectionRun(
              engine,
              new PromptMaker(chosenTemplate, chat),
              chosenSegmentation,
              settings,
              limits.whenExceeded()),
          new Fingerprint(directory, loraAdapters),
          engine::close);
    }

    private ModelLoadException templateMissing() {
      return new ModelLoadException(
          modelDirectory.resolve("aligner.json"),
          "the template the model was trained on",
          "no such file, or none in it",
          "name it by template(...) on the builder, or in aligner.json:"
              + " {\"version\": 1, \"template\": \"aligner-v2\"}");
    }

    private static ChatTemplate chatTemplate(ModelDirectory directory) {
      return ChatTemplate.read(directory.path())
          .orElseThrow(
              () ->
                  new ModelLoadException(
                      directory.path().resolve("tokenizer_config.json"),
                      "a chat template, because the prompt is the user turn of one",
                      "none, neither there nor in chat_template.jinja or chat_template.json",
                      "copy the file from the checkpoint, or write the turn's control tokens into a"
                          + " template of your own by PromptTemplate.of(...)"));
    }
  }
}
