package dev.aligner.onnx.internal.session;

import dev.aligner.onnx.internal.decode.Scores;
import java.nio.ByteBuffer;

/** The best ids {@code [rows, kept]} of one step, which a prepared graph found itself. */
final class ArgMaxScores implements Scores {

  private final ByteBuffer ids;
  private final ByteBuffer highest;
  private final int kept;
  private final int positions;

  /**
   * Takes what a step put out.
   *
   * @param ids int64
   * @param highest the logits of these ids, float
   * @param kept how many positions have them
   * @param positions how many of the last of them were asked for
   */
  ArgMaxScores(ByteBuffer ids, ByteBuffer highest, int kept, int positions) {
    this.ids = ids;
    this.highest = highest;
    this.kept = kept;
    this.positions = positions;
  }

  @Override
  public int argMax(int row, int position) {
    int index = row * kept + kept - positions + position;
    LogitsScores.requireNumber(highest.getFloat(index * Float.BYTES));
    return (int) ids.getLong(index * Long.BYTES);
  }

  @Override
  public void copyTo(int row, int position, float[] target) {
    throw new IllegalStateException("this step was asked for the best ids alone");
  }
}
