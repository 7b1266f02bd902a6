package dev.aligner.onnx.internal.graph;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Names external data anew for a graph whose file is a link, as in a download by the Hugging Face
 * hub's client: relative to where the graph really lies, since the runtime takes no data from
 * outside of the folder that it is told, and weights left in the graph's file lie there.
 */
final class LinkedData implements Rewrite {

  private final Path link;
  private final Path real;

  /**
   * Makes the rewrite.
   *
   * @param link the graph's file as it was named
   * @param real where it lies
   */
  LinkedData(Path link, Path real) {
    this.link = link;
    this.real = real;
  }

  @Override
  public Plan plan(ModelView model) {
    Map<Message, String> names = new HashMap<>();
    for (GraphView graph : model.graph().all()) {
      for (Message tensor : graph.initializers().values()) {
        for (Message entry : tensor.messages(Onnx.TENSOR_EXTERNAL_DATA)) {
          if (entry.text(Onnx.ENTRY_KEY).equals("location")) {
            String name = entry.text(Onnx.ENTRY_VALUE);
            String realName = realName(name);
            if (realName.isEmpty()) {
              return new Refused("its external data " + name + " does not lie beside it");
            }
            names.put(entry, realName);
          }
        }
      }
    }
    return new Applies(() -> names.forEach(LinkedData::rename));
  }

  private static void rename(Message entry, String name) {
    entry.replaceText(Onnx.ENTRY_VALUE, 0, name);
  }

  /** Returns the name relative to the real folder of the graph; empty if it lies elsewhere. */
  private String realName(String name) {
    Path folder = real.getParent();
    try {
      Path data = link.resolveSibling(name).toRealPath();
      if (folder == null || !data.startsWith(folder)) {
        return "";
      }
      return folder.relativize(data).toString().replace('\\', '/');
    } catch (IOException | InvalidPathException e) {
      return "";
    }
  }
}
