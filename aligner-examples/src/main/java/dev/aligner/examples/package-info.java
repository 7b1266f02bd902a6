/**
 * Programs to read and to copy from, one idea a class.
 *
 * <p>Start at {@link dev.aligner.examples.QuickStart}, then {@link
 * dev.aligner.examples.WrapAnyFunction}; {@link dev.aligner.examples.RemoteServer} does the same
 * with a model that a server runs; {@link dev.aligner.examples.SupportDesk} and its test show how
 * to test an application without a model, and {@link dev.aligner.examples.LangChain4jAssistant}
 * stacks an aligner below LangChain4j. {@code dev.aligner.examples.cli} is the command line.
 */
@NullMarked
package dev.aligner.examples;

import org.jspecify.annotations.NullMarked;
