package dev.aligner.langchain4j;

import static dev.aligner.langchain4j.testing.ScriptedStreamingChatModel.doing;
import static dev.aligner.langchain4j.testing.ScriptedStreamingChatModel.parts;
import static dev.aligner.langchain4j.testing.ScriptedStreamingChatModel.saying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.Aligner;
import dev.aligner.CancelledException;
import dev.aligner.InferenceException;
import dev.aligner.event.AlignmentEvent;
import dev.aligner.langchain4j.testing.Aligners;
import dev.aligner.langchain4j.testing.RecordingHandler;
import dev.aligner.langchain4j.testing.ScriptedChatModel.Responses;
import dev.aligner.langchain4j.testing.ScriptedStreamingChatModel.Handle;
import dev.aligner.policy.AlignmentPolicy;
import dev.aligner.policy.FailurePolicy;
import dev.aligner.policy.StreamDelivery;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How streams end: by errors, by what the handler throws, and by cancelling. */
class AligningHandlerTest {

  private final RecordingHandler handler = new RecordingHandler();

  @Test
  void alignerFails_failurePolicyApplies() {
    Handle handle = new Handle();
    AlignmentPolicy strict = AlignmentPolicy.builder().onFailure(FailurePolicy.throwing()).build();

    aligned(Aligners.failing(), saying("RAW")).chat("Why?", handler);
    LangChain4jAligner.on(Aligners.failing(), strict)
        .streamingChatModel(doing(parts(handle, "RAW")))
        .chat("Why?", handler);

    assertThat(handler.heard()).containsExactly("text+ RAW", "complete RAW", "error");
    assertThat(handler.errors()).singleElement().isInstanceOf(InferenceException.class);
    assertThat(handle.isCancelled()).isTrue();
  }

  @Test
  void upstreamError_isPassedOnAndNothingIsShown() {
    IllegalStateException down = new IllegalStateException("down");

    aligned(
            doing(
                to -> {
                  to.onPartialResponse("RAW");
                  to.onError(down);
                }))
        .chat("Why?", handler);

    assertThat(handler.heard()).containsExactly("error");
    assertThat(handler.errors()).containsExactly(down);
  }

  @Test
  void upstreamThrows_passesItThrough() {
    IllegalStateException down = new IllegalStateException("down");
    StreamingChatModel model =
        aligned(
            doing(
                to -> {
                  to.onPartialResponse("RAW");
                  throw down;
                }));

    assertThatThrownBy(() -> model.chat("Why?", handler)).isSameAs(down);
    assertThat(handler.heard()).isEmpty();
  }

  @Test
  void upstreamCompletesWithNull_isAnError() {
    aligned(doing(to -> to.onCompleteResponse(null))).chat("Why?", handler);

    assertThat(handler.errors()).singleElement().isInstanceOf(NullPointerException.class);
  }

  @Test
  void handlerThrows_upstreamTellsItTheError() {
    IllegalStateException broken = new IllegalStateException("broken");
    RecordingHandler throwing =
        new RecordingHandler(
            line -> {
              if (line.startsWith("text")) {
                throw broken;
              }
            });
    Handle handle = new Handle();

    aligned(doing(parts(handle, "so ", "RAW"))).chat("Why?", throwing);

    assertThat(throwing.heard()).containsExactly("text+ so FINE", "error");
    assertThat(throwing.errors()).containsExactly(broken);
    assertThat(handle.isCancelled()).isTrue();
  }

  @Test
  void handlerThrowsInTheEnd_upstreamTellsItTheErrorOnce() {
    IllegalStateException broken = new IllegalStateException("broken");
    RecordingHandler throwing =
        new RecordingHandler(
            line -> {
              if (line.startsWith("complete")) {
                throw broken;
              }
            });

    aligned(saying("RAW")).chat("Why?", throwing);

    assertThat(throwing.heard()).containsExactly("text+ FINE", "complete FINE", "error");
  }

  @Test
  void cancel_inTheHandler_endsInSilence() {
    List<AlignmentEvent> events = new ArrayList<>();
    AlignmentPolicy policy =
        AlignmentPolicy.builder()
            .streams(StreamDelivery.perSegment())
            .listener(events::add)
            .build();
    Handle handle = new Handle();
    RecordingHandler[] self = new RecordingHandler[1];
    self[0] = new RecordingHandler(line -> self[0].handle().cancel());

    LangChain4jAligner.on(Aligners.fine(), policy)
        .streamingChatModel(
            doing(
                to -> {
                  parts(handle, "A RAW one. ", "B RAW. ").accept(to);
                  to.onCompleteResponse(Responses.of("A RAW one. B RAW. "));
                  to.onError(new IllegalStateException("closed"));
                }))
        .chat("Why?", self[0]);

    assertThat(self[0].heard()).hasSize(1).allMatch(line -> line.contains("A FINE one."));
    assertThat(handle.isCancelled()).isTrue();
    assertThat(self[0].handle().isCancelled()).isTrue();
    assertThat(events).last().isInstanceOf(AlignmentEvent.Skipped.class);
  }

  @Test
  void cancel_whileTheCorrectionRuns_endsIt() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    Aligner slow =
        request -> {
          running.countDown();
          CountDownLatch cancelled = new CountDownLatch(1);
          request.cancellation().orElseThrow().onCancel(cancelled::countDown);
          await(cancelled);
          throw new CancelledException();
        };
    Handle handle = new Handle();
    StreamingChatModel upstream =
        doing(
            to -> {
              to.onPartialThinking(new PartialThinking("hm"), new PartialThinkingContext(handle));
              to.onPartialResponse("RAW");
              to.onCompleteResponse(Responses.of("RAW"));
            });
    Thread caller =
        new Thread(
            () -> {
              aligned(slow, upstream).chat("Why?", handler);
              ended.countDown();
            });
    caller.start();
    await(running);

    handler.handle().cancel();

    await(ended);
    assertThat(handler.heard()).containsExactly("thinking+ hm");
    assertThat(handle.isCancelled()).isTrue();
  }

  @Test
  void cancel_upstreamFallsSilent_listenerStillHears() {
    List<AlignmentEvent> events = new ArrayList<>();
    AlignmentPolicy policy = AlignmentPolicy.builder().listener(events::add).build();
    Handle handle = new Handle();
    LangChain4jAligner.on(Aligners.fine(), policy)
        .streamingChatModel(
            doing(
                to -> {
                  to.onPartialThinking(
                      new PartialThinking("hm"), new PartialThinkingContext(handle));
                  to.onPartialResponse("RAW");
                }))
        .chat("Why?", handler);

    handler.handle().cancel();

    assertThat(handler.heard()).containsExactly("thinking+ hm");
    assertThat(events).last().isInstanceOf(AlignmentEvent.Skipped.class);
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(10, TimeUnit.SECONDS)) {
        throw new AssertionError("waited in vain");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static StreamingChatModel aligned(StreamingChatModel upstream) {
    return aligned(Aligners.fine(), upstream);
  }

  private static StreamingChatModel aligned(Aligner aligner, StreamingChatModel upstream) {
    return LangChain4jAligner.on(aligner).streamingChatModel(upstream);
  }
}
