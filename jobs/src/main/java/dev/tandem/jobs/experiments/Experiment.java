package dev.tandem.jobs.experiments;

import java.util.List;

/**
 * A question about settings, answered by runs of equal length.
 *
 * @param name of the command line
 * @param question what is compared
 * @param common {@code key=value} of all variants, on top of the preset {@code experiment}
 * @param variants what is compared, the paper's own choice first
 */
public record Experiment(
    String name, String question, List<String> common, List<Variant> variants) {

  private static final List<String> REASON_ONLY = List.of("sampling.sides=reason");

  /** The flow alone, at three times the default rate: without a pull there is nothing to hold. */
  private static final List<String> EAGER_FLOW =
      List.of(
          "sampling.sides=reason",
          "learner.optimizer.understanding_learning_rate=0",
          "learner.optimizer.generation_learning_rate=3.0e-4");

  private static final String NO_VELOCITY_MSE = "learner.image.velocity_mse_weight=0";

  /** The comparisons of the papers, in miniature. */
  public static final List<Experiment> ALL =
      List.of(
          new Experiment(
              "modalities",
              "Which losses teach: both, the text's, the flow's (UniGRPO, arXiv 2603.23500)",
              REASON_ONLY,
              List.of(
                  Variant.of("joint"),
                  Variant.of(
                      "text-only",
                      "learner.image.weight=0",
                      NO_VELOCITY_MSE,
                      "learner.optimizer.generation_learning_rate=0"),
                  Variant.of("flow-only", "learner.optimizer.understanding_learning_rate=0"))),
          new Experiment(
              "regularisers",
              "What keeps the flow honest: velocity MSE with UniGRPO's weight of 1.5e-5, latent KL with R3's of 1e-3 (arXiv 2602.15772), nothing; and both at much larger weights (1.5e-2 and 0.1)",
              EAGER_FLOW,
              List.of(
                  Variant.of("velocity-mse"),
                  Variant.of("latent-kl", NO_VELOCITY_MSE, "learner.image.latent_kl_weight=1.0e-3"),
                  Variant.of("none", NO_VELOCITY_MSE),
                  Variant.of("strong-velocity-mse", "learner.image.velocity_mse_weight=1.5e-2"),
                  Variant.of(
                      "strong-latent-kl", NO_VELOCITY_MSE, "learner.image.latent_kl_weight=0.1"))),
          new Experiment(
              "guidance",
              "Training without guidance or with it (UniGRPO, R3)",
              REASON_ONLY,
              List.of(Variant.of("off"), Variant.of("on", "rollout.image.guidance.text_scale=4"))),
          new Experiment(
              "pair-weights",
              "How a retrieved pair counts: sqrt(similarity), similarity, 1 (PairUni, arXiv 2510.25682)",
              List.of(),
              List.of(
                  Variant.of("sqrt", "pairs.weight=sqrt"),
                  Variant.of("linear", "pairs.weight=linear"),
                  Variant.of("none", "pairs.weight=none"))),
          new Experiment(
              "pairs",
              "Pairs of what belongs together or of what chance brings, and whether the two sides' gradients agree (PairUni)",
              List.of("learner.gradient_cosine=true"),
              List.of(
                  Variant.of("pairug"),
                  Variant.of(
                      "random",
                      "pairs.matching=random",
                      "pairs.threshold=-1",
                      "pairs.clusters=1",
                      "pairs.weight=none"))));

  public Experiment {
    common = List.copyOf(common);
    variants = List.copyOf(variants);
  }
}
