package dev.tandem.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdentifiersTest {
  @Test
  void identifiersAreShortAndTheSameForTheSameKey() {
    String group = Identifiers.groupId("run", 3, "reason", "pair");
    assertThat(group).matches("[0-9a-f]{20}");
    assertThat(Identifiers.groupId("run", 3, "reason", "pair")).isEqualTo(group);
    assertThat(Identifiers.rolloutId("run", 3, group, 0)).matches("[0-9a-f]{20}");
  }

  @Test
  void identifiersAreStable() {
    // Computed with Python's hashlib: stored tables depend on it.
    assertThat(Identifiers.pairId("g", "u")).isEqualTo("7a370ffcc91a4f718933");
    assertThat(Identifiers.rolloutId("run", 1, "group", 0)).isEqualTo("8891d495d92f54ab3914");
  }

  @Test
  void everyPartOfTheKeyCounts() {
    assertThat(
            List.of(
                Identifiers.rolloutId("run", 1, "g", 0),
                Identifiers.rolloutId("run", 1, "g", 1),
                Identifiers.rolloutId("run", 2, "g", 0),
                Identifiers.rolloutId("run2", 1, "g", 0),
                Identifiers.rolloutId("run", 1, "h", 0),
                Identifiers.pairId("a", "b"),
                Identifiers.pairId("b", "a"),
                Identifiers.pairId("ab", ""),
                Identifiers.sampleId("a", "b"),
                Identifiers.sampleId("ab"),
                Identifiers.sampleId("a", "b", "")))
        .doesNotHaveDuplicates();
  }

  @Test
  void sha256IsTheStandardDigest() {
    assertThat(Identifiers.sha256("abc".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }
}
