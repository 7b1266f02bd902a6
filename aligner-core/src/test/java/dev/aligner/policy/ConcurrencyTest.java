package dev.aligner.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.AlignedChatModel;
import dev.aligner.Correction;
import dev.aligner.OverloadedException;
import dev.aligner.event.AlignmentEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConcurrencyTest {

  private static final int CALLERS = 16;
  private static final int CALLS = 500;

  /** Each caller gets the answer to its own question, and each answer is counted and told once. */
  @Test
  void chat_manyCallers_getTheirOwnAnswers() throws Exception {
    Map<Long, Integer> told = new ConcurrentHashMap<>();
    AlignedChatModel model =
        AlignedChatModel.builder(
                query -> "answer to " + query,
                request -> {
                  if (request.answer().endsWith("7")) {
                    throw new OverloadedException(1, "full");
                  }
                  return Correction.of(request, request.answer() + "!");
                })
            .policy(
                AlignmentPolicy.builder()
                    .listener(event -> told.merge(event.exchange().id(), 1, Integer::sum))
                    .build())
            .build();
    ExecutorService executor = Executors.newFixedThreadPool(CALLERS);
    try {
      List<Future<Boolean>> callers = new ArrayList<>();
      for (int c = 0; c < CALLERS; c++) {
        int caller = c;
        callers.add(executor.submit(() -> askAll(model, caller)));
      }
      for (Future<Boolean> caller : callers) {
        assertThat(caller.get(60, TimeUnit.SECONDS)).isTrue();
      }
    } finally {
      executor.shutdownNow();
    }

    AlignmentCounts counts = model.answers().counts();
    assertThat(counts.corrected() + counts.failures()).isEqualTo(CALLERS * CALLS);
    assertThat(counts.failed()).containsEntry(FailureClass.OVERLOAD, (long) CALLERS * CALLS / 10);
    assertThat(told).hasSize(CALLERS * CALLS).allSatisfy((id, n) -> assertThat(n).isEqualTo(2));
  }

  private static boolean askAll(AlignedChatModel model, int caller) {
    for (int i = 0; i < CALLS; i++) {
      String question = caller + "." + i;
      String expected = "answer to " + question + (i % 10 == 7 ? "" : "!");
      if (!model.chat(question).equals(expected)) {
        return false;
      }
    }
    return true;
  }

  /** However many answers come at once, so many are pending and no more. */
  @Test
  void shadow_manyCallers_neverExceedTheBound() throws Exception {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Set<Class<?>> ends = ConcurrentHashMap.newKeySet();
    ExecutorService beside = Executors.newFixedThreadPool(8);
    CountDownLatch done = new CountDownLatch(CALLERS);
    AnswerAligner answers =
        AnswerAligner.of(
            request -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              running.decrementAndGet();
              return Correction.of(request, "x");
            },
            AlignmentPolicy.builder()
                .mode(Mode.shadow(beside).withMaxPending(4))
                .listener(event -> ends.add(event.getClass()))
                .build());
    try {
      for (int c = 0; c < CALLERS; c++) {
        new Thread(
                () -> {
                  for (int i = 0; i < CALLS; i++) {
                    answers.align(AlignmentContext.of("q"), "a");
                  }
                  done.countDown();
                })
            .start();
      }
      assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      beside.shutdown();
      assertThat(beside.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    AlignmentCounts counts = answers.counts();
    assertThat(counts.corrected() + counts.failures()).isEqualTo(CALLERS * CALLS);
    assertThat(most.get()).isBetween(1, 4);
    assertThat(ends).contains(AlignmentEvent.Corrected.class);
  }
}
