package dev.aligner.onnx.internal.session;

/**
 * One tensor of the KV cache {@code [batch, heads, seq, dim]}: the input it enters by and the
 * output it leaves by.
 *
 * @param past the input's name
 * @param present the output's name; graphs that only read the tensor do not have this output
 * @param cross whether it holds the encoder's keys or values, which never change after the first
 *     step
 * @param heads size of axis 1
 * @param dim size of axis 3
 */
record KvPair(String past, String present, boolean cross, long heads, long dim) {}
