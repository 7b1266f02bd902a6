package dev.aligner.benchmarks;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The decoder graph in a session of its own, without any loop: what a step costs when all that is
 * not the runtime's is done beforehand. The session has the settings of the library's. Thread-safe.
 */
final class BareDecoder implements AutoCloseable {

  private final OrtSession session;
  private final ModelFolder folder;

  private BareDecoder(OrtSession session, ModelFolder folder) {
    this.session = session;
    this.folder = folder;
  }

  static BareDecoder open(ModelFolder folder) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setMemoryPatternOptimization(false);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      return new BareDecoder(
          OrtEnvironment.getEnvironment().createSession(folder.decoder().toString(), options),
          folder);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Prepares a step.
   *
   * @param width the tokens it reads
   * @param past those it has read before
   * @param source those the encoder has read, if there is one
   * @return the step, to be run any number of times
   */
  PreparedStep prepare(int width, int past, int source) {
    Shape shape = new Shape(width, past, source, folder);
    Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    Map<String, OnnxTensor> outputs = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, NodeInfo> input : session.getInputInfo().entrySet()) {
        inputs.put(input.getKey(), shape.input(input.getKey(), tensor(input.getValue())));
      }
      for (Map.Entry<String, NodeInfo> output : session.getOutputInfo().entrySet()) {
        // A merged graph gives the encoder's part only as dummies of no fixed shape.
        if (!output.getKey().contains(".encoder.")) {
          outputs.put(output.getKey(), shape.output(output.getKey(), tensor(output.getValue())));
        }
      }
      return new PreparedStep(session, inputs, outputs);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private static TensorInfo tensor(NodeInfo node) {
    return (TensorInfo) node.getInfo();
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The sizes of one step, and tensors of them. */
  private record Shape(int width, int past, int source, ModelFolder folder) {

    OnnxTensor input(String name, TensorInfo info) throws OrtException {
      return switch (name) {
        case "input_ids", "decoder_input_ids" -> longs(width, folder.firstWord(), 0);
        case "position_ids" -> longs(width, past, 1);
        case "attention_mask" -> longs(past + width, 1, 0);
        case "encoder_attention_mask" -> longs(source, 1, 0);
        case "encoder_hidden_states" -> zeros(info.type, 1, source, folder.hidden());
        case "use_cache_branch" ->
            OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), new boolean[] {true});
        default -> cache(name, info, name.contains(".encoder.") ? source : past);
      };
    }

    OnnxTensor output(String name, TensorInfo info) throws OrtException {
      return name.equals("logits")
          ? zeros(info.type, 1, width, folder.vocabulary())
          : cache(name, info, past + width);
    }

    private static OnnxTensor cache(String name, TensorInfo info, int length) throws OrtException {
      long[] declared = info.getShape();
      if (declared.length != 4) {
        throw new IllegalArgumentException("expected a cache of rank 4; found " + name + info);
      }
      return zeros(info.type, 1, (int) declared[1], length, (int) declared[3]);
    }

    private static OnnxTensor longs(int count, long first, long step) throws OrtException {
      long[][] row = new long[1][count];
      for (int i = 0; i < count; i++) {
        row[0][i] = first + i * step;
      }
      return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), row);
    }

    private static OnnxTensor zeros(OnnxJavaType type, int... dimensions) throws OrtException {
      long[] shape = new long[dimensions.length];
      int bytes = type.size;
      for (int i = 0; i < shape.length; i++) {
        shape[i] = dimensions[i];
        bytes = Math.multiplyExact(bytes, dimensions[i]);
      }
      ByteBuffer memory = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
      return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), memory, shape, type);
    }
  }
}
