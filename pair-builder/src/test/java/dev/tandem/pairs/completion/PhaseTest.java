package dev.tandem.pairs.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pairs.completion.SampleState.Outcome;
import dev.tandem.pairs.completion.SampleState.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;

class PhaseTest {
  private static final SampleState UNDERSTANDING =
      new SampleState(
          "u1",
          NewHalf.CAPTION,
          null,
          "How many {zebras}?",
          "Five",
          "ab",
          "u.jsonl:1",
          List.of(),
          null,
          Outcome.OPEN,
          null,
          false);
  private static final SampleState GENERATION =
      new SampleState(
          "g1",
          NewHalf.QUESTION,
          "a lime on a table",
          null,
          null,
          "ab",
          "g.jsonl:1",
          List.of(),
          null,
          Outcome.OPEN,
          null,
          false);

  private static Reply answer(String json) {
    return new Reply(json, null, null);
  }

  private static Reply failure(String kind) {
    return new Reply(null, kind, "what was found");
  }

  private static String question(String options) {
    return "{\"question\": \"What lies there?\", \"options\": ["
        + options
        + "], \"answer\": \"B\"}";
  }

  @Test
  void aDraftThatHoldsIsDone() {
    assertThat(Phase.WRITE.text(UNDERSTANDING))
        .contains("Question: How many {zebras}?\nAnswer: Five")
        .endsWith("the word \"image\".");
    SampleState written = Phase.WRITE.settle(UNDERSTANDING, answer("{\"caption\": \"Five.\"}"));
    assertThat(written.outcome()).isEqualTo(Outcome.OPEN);
    assertThat(Phase.CHECK.text(written)).startsWith("Caption: Five.\n\nQuestion: How many");
    SampleState checked = Phase.CHECK.settle(written, answer("{\"holds\": true}"));
    assertThat(checked.outcome()).isEqualTo(Outcome.DONE);
    assertThat(checked.draft()).isEqualTo("{\"caption\": \"Five.\"}");
  }

  @Test
  void aQuestionIsCheckedWithItsOptions() {
    SampleState written =
        Phase.WRITE.settle(GENERATION, answer(question("\"a\", \"b\", \"c\", \"d\"")));
    assertThat(Phase.CHECK.text(written))
        .contains("a lime on a table")
        .contains("What lies there?\nA. a\nB. b\nC. c\nD. d\nAnswer: B");
  }

  @Test
  void aRejectedDraftIsShownToTheNextWriter() {
    SampleState written = Phase.WRITE.settle(UNDERSTANDING, answer("{\"caption\": \"Six.\"}"));
    SampleState rejected =
        Phase.CHECK.settle(written, answer("{\"holds\": false, \"reason\": \"Only five.\"}"));
    assertThat(rejected.outcome()).isEqualTo(Outcome.OPEN);
    assertThat(rejected.draft()).isNull();
    assertThat(rejected.contradicted()).isTrue();
    assertThat(rejected.reason()).isEqualTo("Only five.");
    assertThat(Phase.WRITE.text(rejected))
        .contains("These drafts were rejected")
        .contains("Draft: {\"caption\": \"Six.\"}\nRejected: Only five.");
  }

  @Test
  void whatTheEndpointFailedIsNotTriedInAnotherRound() {
    assertThat(Phase.WRITE.settle(GENERATION, failure("timeout")).outcome())
        .isEqualTo(Outcome.FAILED);
    assertThat(Phase.WRITE.settle(GENERATION, failure("timeout")).reason())
        .isEqualTo("timeout: what was found");
  }

  @Test
  void whatTheModelAnsweredBadlyIsNoContradiction() {
    for (Reply bad :
        List.of(
            failure("schema"),
            failure("invalid_json"),
            answer(question("\"a\", \"a\", \"c\", \"d\"")),
            answer(question("\"a\", \" \", \"c\", \"d\"")))) {
      SampleState state = Phase.WRITE.settle(GENERATION, bad);
      assertThat(state.outcome()).isEqualTo(Outcome.OPEN);
      assertThat(state.draft()).isNull();
      assertThat(state.contradicted()).isFalse();
      assertThat(state.objections()).hasSize(1);
    }
  }

  @Test
  void aStateSurvivesBeingARow() {
    SampleState rejected = Phase.WRITE.settle(GENERATION, failure("schema"));
    var row =
        new org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema(
            values(rejected), SampleState.SCHEMA);
    assertThat(SampleState.of(row)).isEqualTo(rejected);
  }

  private static Object[] values(SampleState state) {
    var row = state.toRow();
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          row.get(i) instanceof String[] list
              ? scala.jdk.javaapi.CollectionConverters.asScala(List.of(list)).toSeq()
              : row.get(i);
    }
    return values;
  }
}
