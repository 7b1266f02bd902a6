package dev.aligner.onnx.internal.graph;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Prepares the graph of a decoder for decoding. It gets the arg-max of its logits as an output, an
 * input that tells how many positions need logits where that is possible without changing any, and
 * its weights stay in their files. What the graph computed before it still computes.
 */
public final class GraphPreparation {

  /** A graph without its weights takes some 10 KB to 1 MB; beyond, weights were not left behind. */
  static final long MAX_BYTES = 16 << 20;

  private GraphPreparation() {}

  /**
   * Prepares a graph. Nothing is written to disk, and the file is not open afterwards. The names of
   * its external data are relative to the real folder of the file, after any link.
   *
   * @param file the graph's file, which has passed {@code OnnxFile.read}
   * @param logitsOutput the name of the output that gives logits
   * @return the prepared graph, or why there is none
   */
  public static Preparation prepare(Path file, String logitsOutput) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      Message model = Message.open(new FileBytes(channel));
      return prepare(model, file.toAbsolutePath(), file.toRealPath(), logitsOutput);
    } catch (IOException | UncheckedIOException e) {
      return new Preparation.NotPossible("the file cannot be read: " + e);
    }
  }

  private static Preparation prepare(Message model, Path file, Path real, String logitsOutput) {
    ModelView view = ModelView.of(model, logitsOutput).orElse(null);
    if (view == null) {
      return new Preparation.NotPossible("the graph has no output " + logitsOutput);
    }
    if (view.graph().hasNameLike(PreparedNames.PREFIX)) {
      return new Preparation.NotPossible(
          "the graph has names that start with " + PreparedNames.PREFIX + " already");
    }
    // All look at the graph as it was, then all edit.
    Rewrite.Plan argMax = new ArgMaxOutputs().plan(view);
    Rewrite.Plan lastPositions = new LastPositions().plan(view);
    Rewrite.Plan weights = new WeightsInFile(String.valueOf(real.getFileName())).plan(view);
    if (Files.isSymbolicLink(file)) {
      Rewrite.Plan data = new LinkedData(file, real).plan(view);
      if (data instanceof Rewrite.Refused refused) {
        return new Preparation.NotPossible(refused.reason());
      }
      carryOut(data);
    }
    boolean hasLast = carryOut(lastPositions);
    boolean hasArgMax = carryOut(argMax);
    carryOut(weights);
    if (argMax instanceof Rewrite.Refused refused && !hasLast) {
      return new Preparation.NotPossible(refused.reason());
    }
    long size = model.size();
    if (size > MAX_BYTES) {
      return new Preparation.NotPossible(
          "the graph takes " + size + " bytes even without its big weights");
    }
    return new Preparation.Ready(new PreparedGraph(model.toBytes(), hasArgMax, hasLast));
  }

  private static boolean carryOut(Rewrite.Plan plan) {
    if (plan instanceof Rewrite.Applies applies) {
      applies.edit().run();
      return true;
    }
    return false;
  }
}
