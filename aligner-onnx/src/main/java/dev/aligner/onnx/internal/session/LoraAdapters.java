package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoraAdapter;
import ai.onnxruntime.OrtSession;
import dev.aligner.InferenceException;
import dev.aligner.ModelLoadException;
import dev.aligner.onnx.LoraAdapter;
import dev.aligner.onnx.internal.lifecycle.CloseAll;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import dev.aligner.onnx.internal.model.AdapterFile;
import dev.aligner.onnx.internal.model.GraphValue;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The LoRA adapters of a model, loaded and checked against each of its graphs. Thread-safe: ONNX
 * Runtime only reads them. Whoever closes it makes sure that no generation is open.
 */
final class LoraAdapters implements AutoCloseable {

  private static final String EXPORT =
      "export the base with the nodes of an adapter, by onnxruntime-genai's model builder with"
          + " adapter_path, and graph and adapters by olive's ExtractAdapters";

  private final Map<String, NativeHandle<OrtLoraAdapter>> adapters = new TreeMap<>();
  private final CloseAll owned = new CloseAll();

  private LoraAdapters() {}

  /**
   * Loads adapters.
   *
   * @param wanted the adapters, of different names
   * @param graphs the graphs of the model
   * @return the adapters; the caller closes them
   * @throws ModelLoadException if a file is no adapter, or not one of each graph
   */
  static LoraAdapters load(List<LoraAdapter> wanted, List<Graph> graphs) {
    LoraAdapters loaded = new LoraAdapters();
    try {
      for (LoraAdapter adapter : wanted) {
        AdapterFile file = AdapterFile.read(adapter.file());
        graphs.forEach(graph -> graph.check(adapter.file(), file.parameters()));
        NativeHandle<OrtLoraAdapter> handle = loaded.owned.add(open(adapter, file));
        if (loaded.adapters.put(adapter.name(), handle) != null) {
          throw new IllegalArgumentException(
              "expected LoRA adapters of different names; found two \"" + adapter.name() + "\"");
        }
      }
      return loaded;
    } catch (RuntimeException | Error e) {
      loaded.owned.closeAfter(e);
      throw e;
    }
  }

  private static NativeHandle<OrtLoraAdapter> open(LoraAdapter adapter, AdapterFile file) {
    try {
      return NativeHandle.of(
          "the LoRA adapter " + adapter.name(), OrtLoraAdapter.create(file.bytes()));
    } catch (OrtException e) {
      throw new ModelLoadException(
          adapter.file(),
          "a LoRA adapter that ONNX Runtime loads",
          "one that it refuses: " + e.getMessage(),
          "copy it again, or write it again with olive's ExtractAdapters",
          e);
    }
  }

  Set<String> names() {
    return adapters.keySet();
  }

  /** Makes the runs of these options use an adapter. */
  void activate(String name, OrtSession.RunOptions runOptions) throws OrtException {
    NativeHandle<OrtLoraAdapter> adapter = adapters.get(name);
    if (adapter == null) {
      throw new InferenceException("no LoRA adapter " + name + ", only " + names(), null);
    }
    runOptions.addActiveLoraAdapter(adapter.get());
  }

  @Override
  public void close() {
    owned.close();
  }

  /**
   * A graph and what may be left out of its inputs, which ONNX Runtime's Java API does not tell.
   *
   * @param file the graph's file
   * @param optional the inputs that have a default, by their names
   */
  record Graph(Path file, Map<String, GraphValue> optional) {

    /**
     * Compares what a graph declares with what ONNX Runtime asks for.
     *
     * @param session the graph, loaded
     * @param declared its inputs, those with a default included
     */
    static Graph of(ModelSession session, List<GraphValue> declared) {
      Map<String, GraphValue> optional = new TreeMap<>();
      for (GraphValue input : declared) {
        if (!session.inputs().containsKey(input.name())) {
          optional.put(input.name(), input);
        }
      }
      return new Graph(session.file(), optional);
    }

    void check(Path adapter, List<GraphValue> parameters) {
      if (optional.isEmpty()) {
        throw new ModelLoadException(
            file, "inputs for the weights of LoRA adapters, which may be left out", "none", EXPORT);
      }
      for (GraphValue parameter : parameters) {
        GraphValue input = optional.get(parameter.name());
        if (input == null || !fits(parameter, input)) {
          throw new ModelLoadException(
              adapter,
              "weights for the inputs of "
                  + file.getFileName()
                  + (input == null ? ", " + optional.keySet() : ", among them " + text(input)),
              text(parameter),
              "use an adapter that was written for this base; " + EXPORT);
        }
      }
    }

    private static String text(GraphValue value) {
      return value.name() + value.shape() + " of ONNX's type " + value.elementType();
    }

    private static boolean fits(GraphValue parameter, GraphValue input) {
      boolean fits =
          parameter.elementType() == input.elementType()
              && parameter.shape().size() == input.shape().size();
      for (int axis = 0; fits && axis < input.shape().size(); axis++) {
        long size = input.shape().get(axis);
        fits = size < 0 || size == parameter.shape().get(axis);
      }
      return fits;
    }
  }
}
