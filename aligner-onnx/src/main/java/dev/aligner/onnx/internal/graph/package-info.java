/**
 * Graph preparation: an exported graph gets the outputs and inputs that decoding wants, while its
 * weights stay where they are. {@link dev.aligner.onnx.internal.graph.GraphPreparation} is the
 * door; {@link dev.aligner.onnx.internal.graph.CacheGraph} writes the small graphs that trim and
 * reorder caches.
 *
 * <p>A file is opened as a tree of protobuf messages of which only what is asked for is read. Each
 * rewrite looks at it through a {@code GraphView}, says whether it applies, and if so edits the
 * tree. No runtime is known here, and nothing is written to disk.
 */
@NullMarked
package dev.aligner.onnx.internal.graph;

import org.jspecify.annotations.NullMarked;
