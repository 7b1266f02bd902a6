package dev.aligner.onnx.internal.graph;

/**
 * A rewritten graph whose big weights stay in files: those of the original file are external data
 * in that file, named relative to the folder where it really lies, after any link.
 *
 * @param bytes the graph in ONNX's format; not to be changed
 * @param argMax whether it has the outputs {@link PreparedNames#ARG_MAX} and {@link
 *     PreparedNames#MAX}
 * @param lastPositions whether it has the input {@link PreparedNames#LOGITS_TO_KEEP}
 */
public record PreparedGraph(byte[] bytes, boolean argMax, boolean lastPositions) {}
