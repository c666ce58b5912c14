package dev.tandem.frozen.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class BoundedCallsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  @Test
  void aBatchBehindAnotherHasItsWholeTime() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try (BoundedCalls calls = new BoundedCalls(1)) {
      Future<List<Boolean>> late =
          other.submit(
              () ->
                  calls.all(
                      List.of("hangs"),
                      TIMEOUT,
                      (question, deadline) -> {
                        begun.countDown();
                        Thread.sleep(deadline.left().toMillis() + 1);
                        return deadline.left().isZero();
                      }));
      begun.await();
      List<Boolean> overWhenBegun =
          calls.all(
              List.of("first", "second"),
              TIMEOUT,
              (question, deadline) -> deadline.left().isZero());
      assertThat(late.get()).containsExactly(true);
      assertThat(overWhenBegun).containsExactly(false, false);
    } finally {
      other.shutdownNow();
    }
  }
}
