package dev.tandem.schemas;

/** Definitions of the tables that carry trajectories from rollout to learner. */
final class TrajectoryTables {
  private static final String STAGE_KNOWN =
      "stage IN ('understand', 'generate', 'reason', 'reflect_refine')";

  private TrajectoryTables() {}

  static TableDefinition rollouts() {
    return TableDefinition.ofIteration("Trajectories sampled from the policy, one row each")
        .key("run_id", "iteration", "rollout_id")
        .required("rollout_id", "STRING", "Digest of run, iteration, group and sample index")
        .required("stage", "STRING", "understand, generate, reason or reflect_refine")
        .required("pair_id", "STRING", "The pair that the rollout trains on")
        .required("group_id", "STRING", "Rollouts of one group share the context")
        .required("sample_index", "INT", "Place in the group, from 0")
        .optional("parent_rollout_id", "STRING", "Rollout that this one refines; null: none")
        .required("sample_id", "STRING", "Sample whose prompt or question and image were used")
        .required("prompt", "STRING", "Text given to the policy, behind the run's system prompt")
        .optional("input_image_sha256", "STRING", "Image given to the policy; null: none")
        .required("token_ids", "ARRAY<INT>", "Sampled text tokens")
        .required("token_logprobs", "ARRAY<FLOAT>", "Log-probability of each sampled token")
        .optional("text", "STRING", "Decoded text; null: the stage writes none")
        .optional("finish_reason", "STRING", "stop, or length when cut; null: no text")
        .optional("image", "BINARY", "Generated image as PNG; null: the stage makes none")
        .optional(
            "flow_steps",
            "ARRAY<STRUCT<step: INT, t: DOUBLE, dt: DOUBLE, sigma: DOUBLE, x: BINARY,"
                + " x_next: BINARY, logprob: DOUBLE>>",
            "Stochastic denoising steps; x and x_next are little-endian float32 latents"
                + " [tokens, channels]; null: no flow image")
        .optional("image_token_ids", "ARRAY<INT>", "Sampled image tokens; null: none")
        .optional("image_token_logprobs", "ARRAY<FLOAT>", "Their log-probabilities; null: none")
        .required("seed", "BIGINT", "Seed of the run")
        .required("policy_version", "STRING", "Digest of the weights that sampled")
        .required("executor", "STRING", "Executor that ran the task")
        .required("device", "STRING", "Device that computed: cpu, cuda:0, ...")
        .required("timings", "MAP<STRING, DOUBLE>", "Seconds by phase of the group's batch")
        .check("stage_known", STAGE_KNOWN)
        .check(
            "finish_reason_known", "finish_reason IS NULL OR finish_reason IN ('stop', 'length')")
        .check("one_logprob_a_token", "size(token_ids) = size(token_logprobs)")
        .check("sample_index_not_negative", "sample_index >= 0")
        .build();
  }

  static TableDefinition rewards() {
    return TableDefinition.ofIteration("Rewards of rollouts, one row per rollout and reward")
        .key("run_id", "iteration", "rollout_id", "reward")
        .required("rollout_id", "STRING", "The scored rollout")
        .required("group_id", "STRING", "Its group: rewards meet their rollouts by group")
        .required("reward", "STRING", "Name: accuracy, format, geneval_strict, ...")
        .optional("value", "DOUBLE", "The reward; null: it could not be computed")
        .optional(
            "failure_kind",
            "STRING",
            "missing, sample, range, error, or of a server timeout, http, ...; null: computed")
        .optional("failure", "STRING", "Why it could not be computed; null: it could")
        .optional("detail", "STRING", "JSON: what the judge saw; null: nothing to say")
        .required("latency_millis", "DOUBLE", "Time that scoring took, in milliseconds")
        .optional("requests", "INT", "Requests sent to a server; null: none asked")
        .required("attempt", "INT", "Attempt of the Spark task that scored, from 1")
        .required("cached", "BOOLEAN", "Whether the value was computed for another row or time")
        .check("value_or_failure", "(value IS NULL) <> (failure IS NULL)")
        .check("failure_has_a_kind", "(failure IS NULL) = (failure_kind IS NULL)")
        .check("value_is_a_number", "value IS NULL OR NOT isnan(value)")
        .build();
  }

  static TableDefinition batches() {
    return TableDefinition.ofIteration("What the learner reads, one row per rollout")
        .key("run_id", "iteration", "rollout_id")
        .required("rollout_id", "STRING", "The rollout")
        .required("group_id", "STRING", "Its group")
        .required("pair_id", "STRING", "Its pair")
        .required("stage", "STRING", "understand, generate, reason or reflect_refine")
        .required("sample_index", "INT", "Place in the group, from 0")
        .optional("text_reward", "DOUBLE", "Reward of the text; null: none or failed")
        .optional("image_reward", "DOUBLE", "Reward of the image; null: none or failed")
        .optional("group_mean", "DOUBLE", "Mean reward of the group; null: nothing scored")
        .optional("group_std", "DOUBLE", "Standard deviation in the group; null: undefined")
        .required("group_size", "INT", "Scored members of the group")
        .optional("text_advantage", "DOUBLE", "Times pair weight; null: not for the text loss")
        .optional("image_advantage", "DOUBLE", "Times pair weight; null: not for the image loss")
        .required("pair_weight", "DOUBLE", "Weight of the pair, already in the advantages")
        .required("kept", "BOOLEAN", "Whether the learner uses the row")
        .optional(
            "drop_reason",
            "STRING",
            "reward_failed, degenerate_group or group_too_small; null: kept")
        .check("stage_known", STAGE_KNOWN)
        .check("kept_or_reason", "kept <> (drop_reason IS NOT NULL)")
        .check(
            "drop_reason_known",
            "drop_reason IS NULL"
                + " OR drop_reason IN ('reward_failed', 'degenerate_group', 'group_too_small')")
        .build();
  }
}
