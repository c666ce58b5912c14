package dev.tandem.schemas;

/** Definitions of the tables that describe runs. */
final class RunTables {
  private RunTables() {}

  static TableDefinition runs() {
    return TableDefinition.of("Training runs, one row each")
        .key("run_id")
        .required("run_id", "STRING", "The training run")
        .required("config", "STRING", "Effective configuration as YAML")
        .required("code_version", "STRING", "Version of the code that started the run")
        .required("seed", "BIGINT", "Seed that all random numbers of the run derive from")
        .required("input_versions", "MAP<STRING, BIGINT>", "Delta version of each input table")
        .required("started_at", "TIMESTAMP", "When the run was first started")
        .build();
  }

  static TableDefinition iterations() {
    return TableDefinition.of("Finished iterations; a row here commits the iteration")
        .key("run_id", "iteration")
        .required("run_id", "STRING", "The training run")
        .required("iteration", "INT", "Iteration of the run, from 1")
        .required("stage", "STRING", "Stages that ran, comma-separated")
        .required("policy_before", "STRING", "Version of the policy that made the rollouts")
        .required("policy_after", "STRING", "Version of the updated policy")
        .required("table_versions", "MAP<STRING, BIGINT>", "Delta version of each table written")
        .required("timings", "MAP<STRING, DOUBLE>", "Seconds by phase")
        .required("counts", "MAP<STRING, BIGINT>", "Rows by kind: rollouts, failures, ...")
        .required("committed_at", "TIMESTAMP", "When the iteration was committed")
        .partitionBy("run_id", "iteration")
        .check("iteration_positive", "iteration >= 1")
        .build();
  }

  static TableDefinition metrics() {
    return TableDefinition.ofIteration("Numbers about an iteration, one row each")
        .key("run_id", "iteration", "name")
        .required("name", "STRING", "Name of the metric, slashes between its parts")
        .required("value", "DOUBLE", "Its value")
        .build();
  }

  static TableDefinition evaluations() {
    return TableDefinition.ofIteration("Evaluation outputs of the policy after an iteration")
        .key("run_id", "iteration", "suite", "prompt_id", "seed")
        .required("suite", "STRING", "geneval or multiple_choice")
        .required("prompt_id", "STRING", "The prompt or question within the suite")
        .required("tag", "STRING", "Task: GenEval tag or kind of question")
        .required("prompt", "STRING", "Text given to the policy")
        .optional("response", "STRING", "Text that the policy wrote; null: none")
        .optional("image", "BINARY", "Generated image as PNG; null: none")
        .optional("score", "DOUBLE", "Score of the response; null: could not be scored")
        .optional("strict", "BOOLEAN", "Whether every requirement is met; null: not judged")
        .optional("audit", "BOOLEAN", "Verdict of the second detector; null: not asked")
        .required("seed", "BIGINT", "Seed of the sample; equal prompts and seeds are compared")
        .optional("detail", "STRING", "JSON: what the judge saw; null: nothing to say")
        .build();
  }
}
