package dev.aligner.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One step with all its inputs made and all its outputs pinned. Not thread-safe. */
final class PreparedStep implements AutoCloseable {

  private final OrtSession session;
  private final Map<String, OnnxTensor> inputs;
  private final Map<String, OnnxTensor> outputs;

  PreparedStep(
      OrtSession session, Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) {
    this.session = session;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  void run() {
    // Closing the result leaves pinned outputs alone.
    try (OrtSession.Result result = session.run(inputs, Set.of(), outputs)) {
      if (result.size() != outputs.size()) {
        throw new IllegalStateException("expected " + outputs.size() + " outputs");
      }
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  double millis() {
    long start = System.nanoTime();
    run();
    return (System.nanoTime() - start) / 1e6;
  }

  @Override
  public void close() {
    List<OnnxTensor> all = new ArrayList<>(inputs.values());
    all.addAll(outputs.values());
    all.forEach(OnnxTensor::close);
  }
}
