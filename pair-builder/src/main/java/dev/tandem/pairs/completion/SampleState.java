package dev.tandem.pairs.completion;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.frozen.chat.FailureKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * How far the completion of one sample has come.
 *
 * @param source where the sample comes from
 * @param objections drafts that were rejected and why, in the words that the writer is shown
 * @param draft the new half as JSON, waiting for its check or finished; null: none now
 * @param outcome open, or what became of the sample
 * @param reason why the last draft was rejected or the sample failed; null: nothing was
 * @param contradicted whether the last draft was rejected by a check
 */
record SampleState(
    String sampleId,
    NewHalf half,
    @Nullable String prompt,
    @Nullable String question,
    @Nullable String answer,
    String imageDigest,
    String source,
    List<String> objections,
    @Nullable String draft,
    Outcome outcome,
    @Nullable String reason,
    boolean contradicted) {

  static final StructType SCHEMA =
      StructType.fromDDL(
          "sample_id STRING, half STRING, prompt STRING, question STRING, answer STRING,"
              + " image_sha256 STRING, source STRING, objections ARRAY<STRING>, draft STRING,"
              + " outcome STRING, reason STRING, contradicted BOOLEAN");

  /** What became of a sample. */
  enum Outcome {
    /** Another draft, or the draft's check, is due. */
    OPEN,
    /** The draft holds. */
    DONE,
    /** The endpoint gave no answer; the next run asks again. */
    FAILED
  }

  /** A reply as the store gives it: an answer, or a failure with its message. */
  record Reply(@Nullable String answer, @Nullable String failure, @Nullable String message) {
    boolean fromEndpoint() {
      return failure != null && !FailureKind.of(failure).isComplete();
    }
  }

  /** The state after the reply to the request for a draft. */
  SampleState written(Reply reply) {
    if (reply.answer() == null) {
      return unanswered(reply, "your answer could not be used: " + reply.message());
    }
    Optional<String> defect = half.defect(NewHalf.parse(reply.answer()));
    return defect.isPresent()
        ? rejected(reply.answer(), defect.get(), false)
        : with(reply.answer(), Outcome.OPEN, null, false, objections);
  }

  /** The state after the reply to the draft's check. */
  SampleState checked(Reply reply) {
    if (reply.answer() == null) {
      return unanswered(reply, "the draft could not be checked: " + reply.message());
    }
    JsonNode verdict = NewHalf.parse(reply.answer());
    return verdict.path("holds").asBoolean()
        ? with(draft, Outcome.DONE, null, false, objections)
        : rejected(String.valueOf(draft), verdict.path("reason").asText(), true);
  }

  private SampleState unanswered(Reply reply, String objection) {
    if (reply.fromEndpoint()) {
      return with(
          null, Outcome.FAILED, reply.failure() + ": " + reply.message(), false, objections);
    }
    return rejected(draft == null ? "none" : draft, objection, false);
  }

  private SampleState rejected(String rejectedDraft, String why, boolean contradiction) {
    List<String> all = new ArrayList<>(objections);
    all.add("Draft: %s\nRejected: %s".formatted(rejectedDraft, why));
    return with(null, Outcome.OPEN, why, contradiction, all);
  }

  private SampleState with(
      @Nullable String newDraft,
      Outcome newOutcome,
      @Nullable String newReason,
      boolean newlyContradicted,
      List<String> newObjections) {
    return new SampleState(
        sampleId,
        half,
        prompt,
        question,
        answer,
        imageDigest,
        source,
        newObjections,
        newDraft,
        newOutcome,
        newReason,
        newlyContradicted);
  }

  /** The part of a request that tells about rejected drafts; empty for the first. */
  String objectionText() {
    return objections.isEmpty()
        ? ""
        : "\nThese drafts were rejected; write one without their faults.\n\n"
            + String.join("\n\n", objections);
  }

  String requirePrompt() {
    return require(prompt);
  }

  String requireQuestion() {
    return require(question);
  }

  String requireAnswer() {
    return require(answer);
  }

  private String require(@Nullable String value) {
    if (value == null) {
      throw new IllegalStateException("Sample " + sampleId + " has no half to complete from");
    }
    return value;
  }

  static SampleState of(Row row) {
    return new SampleState(
        row.getAs("sample_id"),
        NewHalf.valueOf(row.getAs("half")),
        row.getAs("prompt"),
        row.getAs("question"),
        row.getAs("answer"),
        row.getAs("image_sha256"),
        row.getAs("source"),
        row.getList(row.fieldIndex("objections")),
        row.getAs("draft"),
        Outcome.valueOf(row.getAs("outcome")),
        row.getAs("reason"),
        row.getAs("contradicted"));
  }

  Row toRow() {
    return RowFactory.create(
        sampleId,
        half.name(),
        prompt,
        question,
        answer,
        imageDigest,
        source,
        objections.toArray(String[]::new),
        draft,
        outcome.name(),
        reason,
        contradicted);
  }
}
