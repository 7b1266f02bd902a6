/**
 * Aligners on the chat models of LangChain4j.
 *
 * <p>Start at {@link dev.aligner.langchain4j.LangChain4jAligner}: it wraps a {@code ChatModel} or a
 * {@code StreamingChatModel} of LangChain4j into another one, whose answers are corrected, and
 * nothing else in an application changes. {@link dev.aligner.langchain4j.Question} says what the
 * aligner gets as the question.
 *
 * <p>Compiled against LangChain4j 1.19.0, and tested with the core of 1.23.0 too.
 */
@NullMarked
package dev.aligner.langchain4j;

import org.jspecify.annotations.NullMarked;
