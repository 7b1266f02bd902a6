/**
 * Corrects with a model that a server runs: the OpenAI-compatible completions endpoint of vLLM, of
 * llama.cpp's server, and of others. Start at {@link dev.aligner.remote.RemoteAligner}.
 *
 * <p>The prompt is the raw one of {@link dev.aligner.PromptTemplate}, not a chat. It reaches the
 * server in one of two forms:
 *
 * <ol>
 *   <li>as token ids, by {@link dev.aligner.remote.RemoteAlignerBuilder#promptEncoder}: a question
 *       or an answer that spells a control token is ordinary text,
 *   <li>as text, in which the server would parse control tokens: {@link
 *       dev.aligner.remote.SpecialTokens} names those that no question or answer may hold.
 * </ol>
 *
 * <p>Nothing is logged, and no message of an exception holds a question, an answer, or the API key.
 */
@NullMarked
package dev.aligner.remote;

import org.jspecify.annotations.NullMarked;
