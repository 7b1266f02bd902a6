package dev.aligner.onnx.internal.graph;

/** What came of preparing a graph: it is ready, or the original has to do. */
public sealed interface Preparation {

  /**
   * The graph is ready.
   *
   * @param graph the graph
   */
  record Ready(PreparedGraph graph) implements Preparation {}

  /**
   * The graph could not be prepared; the original may still load.
   *
   * @param reason why, in plain English
   */
  record NotPossible(String reason) implements Preparation {}
}
