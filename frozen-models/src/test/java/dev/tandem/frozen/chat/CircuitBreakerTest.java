package dev.tandem.frozen.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - SECOND); // overflows on its way
  private final CircuitBreaker breaker =
      new CircuitBreaker(new ServiceSettings.Breaker(3, 10), now::get);

  @Test
  void opensAfterFailuresInARowOnly() {
    fail(2);
    breaker.succeeded();
    fail(2);
    assertThat(breaker.isPassable()).isTrue();
    fail(1);
    assertThat(breaker.isPassable()).isFalse();
  }

  @Test
  void letsOneThroughAfterThePause() {
    fail(3);
    now.addAndGet(9 * SECOND);
    assertThat(breaker.isPassable()).isFalse();
    now.addAndGet(SECOND);
    assertThat(breaker.isPassable()).isTrue();
    breaker.pass();
    assertThat(breaker.isPassable()).isFalse();
    breaker.succeeded();
    assertThat(breaker.isPassable()).isTrue();
    fail(2);
    assertThat(breaker.isPassable()).isTrue();
  }

  @Test
  void aFailedProbeBeginsTheNextPause() {
    fail(3);
    now.addAndGet(10 * SECOND);
    fail(1);
    assertThat(breaker.isPassable()).isFalse();
    now.addAndGet(10 * SECOND);
    assertThat(breaker.isPassable()).isTrue();
  }

  @Test
  void aProbeThatWasGivenUpMakesWayForAnother() {
    fail(3);
    now.addAndGet(10 * SECOND);
    breaker.pass();
    breaker.gaveUp();
    assertThat(breaker.isPassable()).isTrue();
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      breaker.pass();
      breaker.failed();
    }
  }
}
