/**
 * Chat templates: the Jinja that the tokenizers of transformers carry, read and rendered by an
 * interpreter of our own, in pure Java. It starts at {@link
 * dev.aligner.onnx.internal.chat.ChatTemplate}.
 */
@NullMarked
package dev.aligner.onnx.internal.chat;

import org.jspecify.annotations.NullMarked;
