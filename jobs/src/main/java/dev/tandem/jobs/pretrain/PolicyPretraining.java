package dev.tandem.jobs.pretrain;

import dev.tandem.policy.bagel.BagelModel;
import dev.tandem.policy.bagel.ContextEncoder;
import dev.tandem.policy.bagel.SupervisedLoss;
import dev.tandem.policy.tokenizer.Tokenizer;
import dev.tandem.policy.training.GradientWorkers.Loss;
import dev.tandem.policy.training.GradientWorkers.LossFunction;
import dev.tandem.policy.training.SupervisedExample;
import dev.tandem.schemas.random.RandomKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Trains the policy on lessons of every kind, some batches of each per update. */
final class PolicyPretraining {
  /** Until this share of the updates most is drawing; without seeing there is no reflecting. */
  private static final double REFLECTING_FROM = 0.2;

  /** From this share on the policy sees well enough that descriptions give way to answers. */
  private static final double ANSWERING_FROM = 0.6;

  private final SupervisedLoss loss;
  private final DrawnLook drawn;
  private final RandomKey key;
  private final int steps;

  PolicyPretraining(BagelModel model, Tokenizer tokenizer, int steps, RandomKey key) {
    this.loss = new SupervisedLoss(model, new ContextEncoder(model, tokenizer));
    this.drawn = new DrawnLook(model.codec());
    this.key = key.with("policy");
    this.steps = steps;
  }

  /** One update on five batches; the skills that build on others come later. */
  Map<String, Double> step(PretrainOptimizer optimizer, int step, int batch) {
    RandomKey stepKey = key.with(step);
    List<LossFunction<Map<String, Double>>> losses = new ArrayList<>();
    losses.add(lesson("reason", Lessons::reason, stepKey.with(0), batch));
    losses.add(
        step < REFLECTING_FROM * steps
            ? lesson("reason", Lessons::reason, stepKey.with(1), batch)
            : lesson("reflect", this::reflect, stepKey.with(1), batch / 2));
    losses.add(
        step < ANSWERING_FROM * steps
            ? lesson("describe", Lessons::describe, stepKey.with(2), batch)
            : lesson("answer", Lessons::answer, stepKey.with(2), batch));
    losses.add(lesson("answer", Lessons::answer, stepKey.with(3), batch));
    losses.add(lesson("plan", Lessons::plan, stepKey.with(4), 2 * batch));
    return optimizer.step(step, losses);
  }

  /**
   * One update of the last phase on three batches: what binds a colour or a place to an object is
   * told by few words of few plans, and is read only when plans are most of what there is to read.
   */
  Map<String, Double> planningStep(PretrainOptimizer optimizer, int step, int batch) {
    RandomKey stepKey = key.with("planning").with(step);
    List<LossFunction<Map<String, Double>>> losses = new ArrayList<>();
    losses.add(
        switch (step % 4) {
          case 0 -> lesson("reason", Lessons::reason, stepKey.with(0), batch);
          case 1 -> lesson("reflect", this::reflect, stepKey.with(0), batch / 2);
          default -> lesson("answer", Lessons::answer, stepKey.with(0), batch);
        });
    losses.add(lesson("plan", Lessons::bindingPlan, stepKey.with(1), 4 * batch));
    losses.add(lesson("plan", Lessons::bindingPlan, stepKey.with(2), 4 * batch));
    return optimizer.step(step, losses);
  }

  private SupervisedExample reflect(RandomKey key) {
    return Lessons.reflect(key, drawn::apply);
  }

  private LossFunction<Map<String, Double>> lesson(
      String name, Function<RandomKey, SupervisedExample> draw, RandomKey key, int batch) {
    return () -> {
      Loss<Map<String, Double>> computed = loss.compute(Lessons.batch(draw, key, batch));
      Map<String, Double> named = new LinkedHashMap<>();
      computed.report().forEach((metric, value) -> named.put(name + "/" + metric, value));
      return new Loss<>(computed.loss(), named);
    };
  }
}
