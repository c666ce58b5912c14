package dev.tandem.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void numbersStandToTheRightAndTextToTheLeft() {
    TextTable table =
        TextTable.of(
            List.of("tag", "score"), List.of(List.of("counting", "0.5"), List.of("colors", "12")));

    assertThat(table.toString().lines())
        .containsExactly(
            "tag       score", "--------  -----", "counting    0.5", "colors       12");
  }
}
