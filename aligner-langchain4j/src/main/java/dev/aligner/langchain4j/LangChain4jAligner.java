package dev.aligner.langchain4j;

import dev.aligner.Aligner;
import dev.aligner.policy.AlignmentPolicy;
import dev.aligner.policy.AnswerAligner;
import dev.langchain4j.guardrail.OutputGuardrail;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts an {@link Aligner} on chat models of LangChain4j.
 *
 * <pre>{@code
 * ChatModel aligned = LangChain4jAligner.on(aligner).chatModel(model);
 * Assistant assistant = AiServices.builder(Assistant.class).chatModel(aligned).build();
 * }</pre>
 *
 * <p>What it returns is a model of LangChain4j again, below everything that calls models: AI
 * services and their chat memories see corrected text alone. Requests reach the upstream model
 * untouched, with the parameters of its provider; of its responses the text is changed and nothing
 * else: id, model name, token usage, finish reason, thinking, requests for tools and attributes
 * stay. Defaults, capabilities and provider are the upstream model's. Its {@code
 * ChatModelListener}s are called once for each call and see the original answer; the aligned model
 * has none. Who wants to hear of both texts takes {@link AlignmentPolicy#listener()}.
 *
 * <p>Which answers are corrected, and what happens when that fails, says the policy. An answer
 * whose request asks for JSON, or that is a JSON object or array as a whole, has the trait {@link
 * dev.aligner.policy.AnswerTrait#STRUCTURED_OUTPUT}, one with requests for tools {@code
 * TOOL_CALLS}, one that reached the limit of tokens {@code CUT_OFF}.
 *
 * <p>Immutable and thread-safe, as are the models that it makes if the upstream models are. Those
 * models share its counts ({@link #answers()}), its shadows and its policy. It owns neither aligner
 * nor models and closes none of them.
 */
public final class LangChain4jAligner {

  private final Answers answers;

  private LangChain4jAligner(Answers answers) {
    this.answers = answers;
  }

  /**
   * Takes an aligner, with {@link AlignmentPolicy#ofDefaults()}.
   *
   * @param aligner corrects
   * @return what puts it on models
   */
  public static LangChain4jAligner on(Aligner aligner) {
    return on(aligner, AlignmentPolicy.ofDefaults());
  }

  /**
   * Takes an aligner and a policy.
   *
   * @param aligner corrects
   * @param policy the choices
   * @return what puts it on models
   * @throws IllegalArgumentException if the policy has a cache, and the aligner has no {@link
   *     Aligner#fingerprint()}
   */
  public static LangChain4jAligner on(Aligner aligner, AlignmentPolicy policy) {
    AnswerAligner answers = AnswerAligner.of(aligner, policy);
    return new LangChain4jAligner(new Answers(answers, Question.lastUserMessage(), null));
  }

  /**
   * Returns one that asks the aligner another question. Default: {@link
   * Question#lastUserMessage()}.
   *
   * @param question makes the question of the messages, in the thread of the caller before the
   *     upstream model is asked; what it throws passes through
   * @return one that differs from this one in that alone
   */
  public LangChain4jAligner withQuestion(Question question) {
    Objects.requireNonNull(question, "question");
    return with(question, answers.samplingKey());
  }

  /**
   * Returns one with the key by which {@link dev.aligner.policy.Mode.Sample} chooses, such as the
   * conversation's. Default: the question; in the guardrail of an AI service with a memory for each
   * user, the id of that.
   *
   * @param key makes the key of a request, called as the question is; in the guardrail, of a
   *     request that has the messages alone
   * @return one that differs from this one in that alone
   */
  public LangChain4jAligner withSamplingKey(Function<? super ChatRequest, String> key) {
    return with(answers.question(), Objects.requireNonNull(key, "key"));
  }

  /**
   * Wraps a chat model. Corrections run in the thread that calls; those of {@code chatAsync}, which
   * newer versions of LangChain4j have, in the thread that completes the upstream model's future.
   *
   * @param upstream the model whose answers are corrected
   * @return the aligned model
   */
  public ChatModel chatModel(ChatModel upstream) {
    return new ChatModelDecorator(upstream, answers);
  }

  /**
   * Wraps a streaming chat model. {@link AlignmentPolicy#streams()} says what of the text is shown
   * when, by default nothing before the whole answer is corrected; the complete response holds what
   * was shown. Thinking, tool calls and raw events of the provider pass as they come, and are not
   * corrected.
   *
   * <p>Corrections run in the thread in which the upstream model calls its handler, which waits
   * meanwhile. Cancelling by the {@code StreamingHandle} that came with a call ends the upstream
   * model's stream and the correction; the handler hears nothing after that. A correction that
   * fails is an {@code onError} where the failure policy says to throw, and what the handler throws
   * reaches the upstream model, as without an aligner; both end the stream and cancel the upstream
   * model. Publishers, which newer versions of LangChain4j have, give the same events; what a
   * subscriber has not requested yet waits in memory.
   *
   * @param upstream the model whose answers are corrected
   * @return the aligned model
   */
  public StreamingChatModel streamingChatModel(StreamingChatModel upstream) {
    return new StreamingChatModelDecorator(upstream, answers);
  }

  /**
   * Makes an output guardrail that rewrites the answers of AI services, for those who cannot wrap
   * the model. {@link #chatModel} is better wherever it can be had, since of a guardrail's rewrite
   * LangChain4j 1.19.0 streams the original text, keeps the original in the chat memory, and
   * forgets it where a guardrail that succeeds stands behind: let it be the last one. Where the
   * failure policy says to throw, the result is fatal.
   *
   * @return the guardrail; its question comes from the messages that were sent, from the chat
   *     memory, or from the user message's template, the first that LangChain4j tells
   */
  public OutputGuardrail outputGuardrail() {
    return new AligningGuardrail(answers);
  }

  /**
   * Returns what corrects the answers of all models made here, and counts what it did.
   *
   * @return the aligner of answers
   */
  public AnswerAligner answers() {
    return answers.aligner();
  }

  private LangChain4jAligner with(
      Question question, @Nullable Function<? super ChatRequest, String> samplingKey) {
    return new LangChain4jAligner(new Answers(answers.aligner(), question, samplingKey));
  }
}
