package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * Random inputs for a decoder's graph of any layout, made of what it says of them.
 *
 * @param rows the rows of the batch
 * @param width the new tokens of each row
 * @param past the positions in the cache
 * @param cached what {@code use_cache_branch} is
 * @param seed the seed of the numbers
 */
record RandomFeeds(int rows, int width, int past, boolean cached, long seed) {

  private static final int ENCODED = 5;
  private static final int VOCABULARY = 100;

  /** Makes the inputs; the caller closes the tensors. */
  Map<String, OnnxTensor> of(OrtEnvironment environment, Map<String, TensorSpec> inputs)
      throws OrtException {
    Map<String, OnnxTensor> feeds = new HashMap<>();
    for (TensorSpec input : inputs.values()) {
      if (!input.name().startsWith("aligner.")) {
        boolean encoder = inputs.containsKey("decoder_input_ids");
        feeds.put(input.name(), tensor(environment, input, encoder));
      }
    }
    return feeds;
  }

  private OnnxTensor tensor(OrtEnvironment environment, TensorSpec input, boolean encoder)
      throws OrtException {
    String name = input.name();
    long[] shape = shape(input, encoder);
    long count = 1;
    for (long size : shape) {
      count *= size;
    }
    ByteBuffer buffer =
        ByteBuffer.allocateDirect((int) count * input.type().bytes())
            .order(ByteOrder.nativeOrder());
    Random random = new Random(seed + name.hashCode());
    for (int i = 0; i < count; i++) {
      switch (input.type()) {
        case FLOAT -> buffer.putFloat((float) random.nextGaussian());
        case FLOAT16 -> buffer.putShort((short) (random.nextInt(2) << 15 | randomHalf(random)));
        case BOOL -> buffer.put((byte) (cached ? 1 : 0));
        default -> input.type().put(buffer, integer(name, random, i));
      }
    }
    return input.type().tensor(environment, buffer.flip(), shape);
  }

  /** Between 1/16 and 2. */
  private static int randomHalf(Random random) {
    return (11 + random.nextInt(5)) << 10 | random.nextInt(1 << 10);
  }

  private long integer(String name, Random random, int index) {
    if (name.endsWith("mask")) {
      return 1;
    }
    return name.equals("position_ids") ? past + index % width : 3 + random.nextInt(VOCABULARY);
  }

  private long[] shape(TensorSpec input, boolean encoder) {
    long[] shape = input.shape().clone();
    for (int axis = 0; axis < shape.length; axis++) {
      if (shape[axis] < 0) {
        shape[axis] = axis == 0 ? rows : length(input.name(), encoder);
      }
    }
    return shape;
  }

  private long length(String name, boolean encoder) {
    if (name.startsWith("past")) {
      return name.contains("encoder") ? ENCODED : past;
    }
    if (name.startsWith("encoder") || (encoder && !name.startsWith("decoder"))) {
      return ENCODED;
    }
    return name.endsWith("mask") ? past + width : width;
  }
}
