package dev.aligner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CancellationTokenTest {

  private final List<String> heard = new ArrayList<>();
  private final CancellationToken token = new CancellationToken();

  @Test
  void cancel_twice_runsEachActionOnce() {
    CancellationToken.Registration unused = token.onCancel(() -> heard.add("a"));

    assertThat(token.isCancelled()).isFalse();
    token.cancel();
    token.cancel();

    assertThat(token.isCancelled()).isTrue();
    assertThat(heard).containsExactly("a");
    unused.close();
  }

  @Test
  void onCancel_whenCancelled_runsAtOnce() {
    token.cancel();

    token.onCancel(() -> heard.add("late")).close();

    assertThat(heard).containsExactly("late");
  }

  @Test
  void close_ofARegistration_takesItsActionBack() {
    token.onCancel(() -> heard.add("gone")).close();
    try (CancellationToken.Registration stays = token.onCancel(() -> heard.add("stays"))) {
      token.cancel();
      assertThat(stays).isNotNull();
    }

    assertThat(heard).containsExactly("stays");
  }
}
