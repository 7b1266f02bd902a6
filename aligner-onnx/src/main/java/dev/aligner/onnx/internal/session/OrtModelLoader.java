package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OrtEnvironment;
import dev.aligner.ModelLoadException;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.LoraAdapter;
import dev.aligner.onnx.internal.lifecycle.CloseAll;
import dev.aligner.onnx.internal.model.GraphFacts;
import dev.aligner.onnx.internal.model.GraphFiles;
import dev.aligner.onnx.internal.model.ModelConfig;
import dev.aligner.onnx.internal.model.ModelDirectory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Loads the graphs of a model directory into ONNX Runtime. */
public final class OrtModelLoader {

  private OrtModelLoader() {}

  /**
   * Loads ONNX Runtime itself. That sets a variable of the process's environment, so it must be
   * done before other threads run native code that may read it.
   *
   * @throws dev.aligner.EngineUnavailableException if ONNX Runtime cannot run here
   */
  public static void startRuntime() {
    OrtRuntime.environment();
  }

  /**
   * Loads a model without LoRA adapters.
   *
   * @param directory the directory, read and checked
   * @param device where it runs
   * @return the model; the caller closes it
   * @throws ModelLoadException if a graph does not load or is not one that this release can run
   */
  public static OrtSequenceModel load(ModelDirectory directory, Device device) {
    return load(directory, device, List.of(), Residency.AUTO);
  }

  /**
   * Loads a model and LoRA adapters beside it, with caches in a memory of the caller's choice.
   *
   * @param directory the directory, read and checked
   * @param device where it runs
   * @param adapters the LoRA adapters to load beside it
   * @param residency where its caches lie
   * @return the model; the caller closes it
   * @throws dev.aligner.EngineUnavailableException if ONNX Runtime cannot run here
   * @throws ModelLoadException if a graph or an adapter does not load or is not one that this
   *     release can run
   */
  public static OrtSequenceModel load(
      ModelDirectory directory, Device device, List<LoraAdapter> adapters, Residency residency) {
    return load(directory, device, adapters, residency, /* preparation= */ true);
  }

  /**
   * Loads a model, with or without preparing its graphs: tests compare the two.
   *
   * @param preparation whether the decoders are prepared
   */
  static OrtSequenceModel load(
      ModelDirectory directory, Device device, List<LoraAdapter> adapters, boolean preparation) {
    return load(directory, device, adapters, Residency.AUTO, preparation);
  }

  private static OrtSequenceModel load(
      ModelDirectory directory,
      Device chosen,
      List<LoraAdapter> adapters,
      Residency residency,
      boolean preparation) {
    OrtEnvironment environment = OrtRuntime.environment();
    Device device = Devices.resolve(environment, chosen);
    CloseAll sessions = new CloseAll();
    try {
      GraphFiles graphs = directory.graphs();
      List<GraphFacts> facts =
          graphs.all().stream().map(file -> GraphFacts.read(directory.path(), file)).toList();
      ModelSession encoder =
          graphs.encoder() == null
              ? null
              : sessions.add(ModelSession.open(environment, graphs.encoder(), device));
      PreparedDecoders prepared = new PreparedDecoders(environment, device, preparation);
      ModelSession first = sessions.add(prepared.open(graphs.first()));
      ModelSession next =
          graphs.next().equals(graphs.first()) ? first : sessions.add(prepared.open(graphs.next()));
      boolean widthInvariant = facts.stream().allMatch(GraphFacts::widthInvariant);
      boolean groupQuery = facts.stream().anyMatch(GraphFacts::groupQueryAttention);
      Decoder decoder =
          sessions.add(
              decoder(
                  environment,
                  directory,
                  first,
                  next,
                  widthInvariant,
                  groupQuery,
                  device,
                  residency));
      if (encoder == null && decoder.readsEncoder() && !decoder.firstContract().holdsEncoder()) {
        throw encoderMissing(first);
      }
      return new OrtSequenceModel(
          encoder,
          decoder,
          tokens(directory, decoder),
          sessions.add(LoraAdapters.load(adapters, adapted(facts, encoder, first, next))),
          facts.stream().anyMatch(GraphFacts::roundsActivations),
          sessions);
    } catch (RuntimeException | Error e) {
      sessions.closeAfter(e);
      throw e;
    }
  }

  private static Decoder decoder(
      OrtEnvironment environment,
      ModelDirectory directory,
      ModelSession first,
      ModelSession next,
      boolean widthInvariant,
      boolean groupQueryAttention,
      Device device,
      Residency residency) {
    DecoderContract firstContract = contract(first, directory);
    DecoderContract nextContract = next == first ? firstContract : contract(next, directory);
    return Decoder.of(
        environment,
        first,
        firstContract,
        next,
        nextContract,
        widthInvariant,
        groupQueryAttention,
        device,
        residency);
  }

  /** Pairs the sessions with the facts of their graphs, which are in the same order. */
  private static List<LoraAdapters.Graph> adapted(
      List<GraphFacts> facts, @Nullable ModelSession encoder, ModelSession... decoders) {
    List<LoraAdapters.Graph> graphs = new ArrayList<>();
    Stream.concat(Stream.ofNullable(encoder), Arrays.stream(decoders))
        .distinct()
        .forEach(
            session ->
                graphs.add(LoraAdapters.Graph.of(session, facts.get(graphs.size()).inputs())));
    return graphs;
  }

  private static PromptTokens tokens(ModelDirectory directory, Decoder decoder) {
    int start = directory.config().decoderStartTokenId().orElse(-1);
    if (decoder.readsEncoder() && start < 0) {
      throw startMissing(directory);
    }
    return new PromptTokens(start, directory.config().padTokenId());
  }

  private static DecoderContract contract(ModelSession session, ModelDirectory directory) {
    ModelConfig config = directory.config();
    return DecoderContract.of(
        session,
        directory.genAi().map(GraphNames::of).orElse(GraphNames.HUGGING_FACE),
        new DecoderContract.KvDimensions(config.heads(), config.headDim()),
        config.vocabSize());
  }

  private static ModelLoadException encoderMissing(ModelSession decoder) {
    return new ModelLoadException(
        decoder.file().resolveSibling("encoder_model.onnx"),
        "the encoder whose hidden states " + decoder.file().getFileName() + " reads",
        "no such file",
        "copy all files of the export");
  }

  private static ModelLoadException startMissing(ModelDirectory directory) {
    return new ModelLoadException(
        directory.generationConfig(),
        "a decoder_start_token_id or bos_token_id",
        "neither",
        "copy generation_config.json and config.json from the checkpoint");
  }
}
