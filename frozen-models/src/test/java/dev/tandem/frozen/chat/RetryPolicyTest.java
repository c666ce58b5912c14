package dev.tandem.frozen.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private static RetryPolicy policy(double random) {
    return new RetryPolicy(
        Duration.ofSeconds(1),
        Duration.ofSeconds(10),
        Clock.fixed(NOW, ZoneOffset.UTC),
        () -> random);
  }

  @Test
  void waitsDoubleUpToTheLongestAndAreRandomByHalf() {
    assertThat(policy(1).backoff(1)).isEqualTo(Duration.ofSeconds(1));
    assertThat(policy(0).backoff(1)).isEqualTo(Duration.ofMillis(500));
    assertThat(policy(1).backoff(3)).isEqualTo(Duration.ofSeconds(4));
    assertThat(policy(1).backoff(5)).isEqualTo(Duration.ofSeconds(10));
    assertThat(policy(1).backoff(1000)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void readsBothFormsOfRetryAfter() {
    assertThat(policy(0).asked("7")).contains(Duration.ofSeconds(7));
    assertThat(policy(0.5).asked("7")).contains(Duration.ofMillis(7500));
    assertThat(policy(0).asked("Sun, 01 Mar 2026 12:01:30 GMT")).contains(Duration.ofSeconds(90));
    assertThat(policy(0).asked("Sun, 01 Mar 2026 11:00:00 GMT")).contains(Duration.ZERO);
    assertThat(policy(0).asked("soon")).isEmpty();
    assertThat(policy(0).asked("-3")).isEmpty();
  }

  @Test
  void onlyWhatMayChangeIsTemporary() {
    assertThat(RetryPolicy.isTemporary(408)).isTrue();
    assertThat(RetryPolicy.isTemporary(429)).isTrue();
    assertThat(RetryPolicy.isTemporary(503)).isTrue();
    assertThat(RetryPolicy.isTemporary(400)).isFalse();
    assertThat(RetryPolicy.isTemporary(301)).isFalse();
  }
}
