package dev.aligner.onnx.internal.graph;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/**
 * Finds graphs whose caches may be written where they are read. ONNX Runtime's GroupQueryAttention
 * appends to a cache in place if its past and its present are one buffer, which is longer than what
 * it holds; how much it holds the mask tells. That is of no use if anything else of the graph reads
 * a past, or its shape.
 */
public final class InPlaceCaches {

  private static final String ATTENTION = "com.microsoft:GroupQueryAttention";
  private static final int PAST_KEY = 3;
  private static final int PAST_VALUE = 4;

  /** The outputs of the attention come in the order of its inputs. */
  private static final int PRESENT = 2;

  private InPlaceCaches() {}

  /**
   * Looks at a graph.
   *
   * @param file the graph's file, which has passed {@code OnnxFile.read}
   * @param presents for each past, by its name, the name of its present
   * @return whether all caches may be written in place
   */
  public static boolean are(Path file, Map<String, String> presents) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return Message.open(new FileBytes(channel))
          .message(Onnx.MODEL_GRAPH)
          .map(GraphView::of)
          .filter(graph -> !presents.isEmpty() && are(graph, presents))
          .isPresent();
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  private static boolean are(GraphView graph, Map<String, String> presents) {
    List<NodeView> attentions =
        graph.nodes().stream().filter(node -> node.operator().equals(ATTENTION)).toList();
    return presents.entrySet().stream()
        .allMatch(
            cache ->
                graph.uses(cache.getKey()) == 1
                    && graph.uses(cache.getValue()) == 1
                    && attentions.stream()
                        .anyMatch(node -> appends(node, cache.getKey(), cache.getValue())));
  }

  private static boolean appends(NodeView node, String past, String present) {
    for (int input : new int[] {PAST_KEY, PAST_VALUE}) {
      int output = input - PRESENT;
      if (node.input(input).equals(past)
          && output < node.outputs().size()
          && node.outputs().get(output).equals(present)) {
        return true;
      }
    }
    return false;
  }
}
