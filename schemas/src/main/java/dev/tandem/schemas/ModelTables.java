package dev.tandem.schemas;

/** Definitions of the tables about models that are only asked. */
final class ModelTables {
  private ModelTables() {}

  static TableDefinition modelReplies() {
    return TableDefinition.of("Questions asked to endpoints and what came back; never asked twice")
        .key("question_digest", "asked_at")
        .required("question_digest", "STRING", "Digest of model, wording, text and image")
        .required("model", "STRING", "Name of the model at its endpoint")
        .required("template", "STRING", "Name of the wording, @, its version")
        .required("text", "STRING", "The question as it was sent")
        .optional("image_sha256", "STRING", "Hex SHA-256 of the image sent; null: none")
        .optional("answer", "STRING", "JSON that keeps to the schema; null: there is no answer")
        .optional("failure", "STRING", "Kind of failure: timeout, http, ...; null: answered")
        .optional("message", "STRING", "What was found in place of an answer; null: answered")
        .optional("reply", "STRING", "Body of the last reply as received; null: none came")
        .required(
            "failed_attempts",
            "ARRAY<STRING>",
            "What each attempt before the last met, replies whole")
        .required("attempts", "INT", "Requests sent, from 1")
        .required("latency_millis", "DOUBLE", "From question to outcome, waits included")
        .required("asked_at", "TIMESTAMP", "When the outcome was known")
        .check("answer_or_failure", "(answer IS NULL) <> (failure IS NULL)")
        .check("attempts_positive", "attempts >= 1")
        .build();
  }

  static TableDefinition rewardCache() {
    return TableDefinition.of("Scores of models and servers by what they are scores of")
        .key("content_key")
        .required("content_key", "STRING", "Digest of reward, version and all that it looks at")
        .required("reward", "STRING", "Name of the reward")
        .required("version", "STRING", "Models and wording behind the reward")
        .required("value", "DOUBLE", "The reward")
        .required("detail", "STRING", "JSON: what the judge saw")
        .required("run_id", "STRING", "Run for which it was computed")
        .required("iteration", "INT", "Its iteration")
        .required("rollout_id", "STRING", "Its rollout")
        .required("scored_at", "TIMESTAMP", "When it was written")
        .check("value_is_a_number", "NOT isnan(value)")
        .build();
  }
}
