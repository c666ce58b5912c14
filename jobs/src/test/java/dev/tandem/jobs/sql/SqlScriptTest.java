package dev.tandem.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SqlScriptTest {
  @Test
  void splitsAtSemicolonsAndDropsEmptyStatements() {
    assertThat(SqlScript.statements("select 1;; select 2 ;\n"))
        .containsExactly("select 1", "select 2");
  }

  @Test
  void semicolonsAndDashesInQuotesBelongToTheText() {
    assertThat(SqlScript.statements("select ';--' as `a;b`, \"x;\\\";\"; select 2"))
        .containsExactly("select ';--' as `a;b`, \"x;\\\";\"", "select 2");
  }

  @Test
  void commentsAreLeftOutButHintsStay() {
    assertThat(
            SqlScript.statements("-- first;\nselect /* ; */ 1; select /*+ coalesce(1) */ 2 -- x"))
        .containsExactly("select   1", "select /*+ coalesce(1) */ 2");
  }
}
