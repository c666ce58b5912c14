package dev.tandem.jobs.evaluation;

import dev.tandem.jobs.config.TandemConfig.Suite;
import dev.tandem.policy.ComputeSettings;
import dev.tandem.policy.Policies;
import dev.tandem.policy.Policy;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.SharedFolder;
import dev.tandem.schemas.warehouse.Warehouse;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates a policy on the held-out set, as Spark tasks, into the table {@code evaluations}. An
 * evaluation that is there already is read, not repeated.
 */
public final class Evaluator {
  /** Rows hold images, and Spark warns of tasks that carry more than a megabyte of them. */
  private static final int ROWS_PER_TASK = 256;

  private final Warehouse warehouse;
  private final String runId;
  private final EvaluationSet set;
  private final ComputeSettings compute;

  public Evaluator(Warehouse warehouse, String runId, EvaluationSet set, ComputeSettings compute) {
    this.warehouse = warehouse;
    this.runId = runId;
    this.set = set;
    this.compute = compute;
  }

  /**
   * Evaluates the policy after the given iteration.
   *
   * @param iteration 0 for the starting policy
   * @param policyFolder where every executor finds the policy
   * @return one answer per item and seed, ordered by {@link Answer#key()}
   */
  public List<Answer> evaluate(int iteration, String policyFolder) {
    List<Answer> stored = read(iteration);
    if (stored.size() == size()) {
      return stored;
    }
    warehouse.replace(Table.EVALUATIONS, runId, iteration, rows(iteration, ask(policyFolder)));
    return read(iteration);
  }

  /** Items times seeds. */
  private int size() {
    return set.settings().suites().stream().mapToInt(set.settings()::answers).sum();
  }

  private List<Answer> ask(String policyFolder) {
    List<Item> items = new ArrayList<>();
    for (Suite suite : set.settings().suites()) {
      IntStream.range(0, set.itemCount(suite)).forEach(n -> items.add(new Item(suite, n)));
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(warehouse.spark().sparkContext());
    EvaluationSet asked = set;
    ComputeSettings settings = compute;
    // Prompts take longer than questions: dealing them out round robin balances the tasks.
    return context
        .parallelize(dealt(items, context.defaultParallelism()), context.defaultParallelism())
        .mapPartitions(part -> answers(part, policyFolder, asked, settings))
        .collect();
  }

  private static List<Item> dealt(List<Item> items, int hands) {
    List<Item> dealt = new ArrayList<>();
    for (int hand = 0; hand < hands; hand++) {
      for (int at = hand; at < items.size(); at += hands) {
        dealt.add(items.get(at));
      }
    }
    return dealt;
  }

  private static Iterator<Answer> answers(
      Iterator<Item> items, String policyFolder, EvaluationSet set, ComputeSettings compute) {
    List<Answer> answers = new ArrayList<>();
    try (Policy policy = load(policyFolder, set.settings().averagedWeights(), compute)) {
      Examinee examinee = new Examinee(policy, set);
      items.forEachRemaining(item -> answers.addAll(examinee.answer(item.suite(), item.number())));
    }
    return answers.iterator();
  }

  private static Policy load(String policyFolder, boolean averaged, ComputeSettings compute) {
    try (SharedFolder.LocalFiles files = SharedFolder.of(policyFolder).open()) {
      return averaged
          ? Policies.loadAveraged(files.path(), compute)
          : Policies.load(files.path(), compute);
    }
  }

  /** A prompt or a question of a suite, by its number. */
  private record Item(Suite suite, int number) implements Serializable {}

  private Dataset<Row> rows(int iteration, List<Answer> answers) {
    List<Row> rows = answers.stream().map(answer -> row(iteration, answer)).toList();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(warehouse.spark().sparkContext());
    return warehouse
        .spark()
        .createDataFrame(
            context.parallelize(rows, 1 + rows.size() / ROWS_PER_TASK),
            StructType.fromDDL(Table.EVALUATIONS.ddl()));
  }

  private Row row(int iteration, Answer answer) {
    return RowFactory.create(
        runId,
        iteration,
        answer.suite().word(),
        answer.promptId(),
        answer.tag(),
        answer.prompt(),
        answer.response(),
        answer.image(),
        answer.score(),
        answer.strict(),
        answer.audit(),
        (long) answer.seed(),
        null);
  }

  private List<Answer> read(int iteration) {
    return warehouse
        .read(Table.EVALUATIONS, runId, iteration)
        .orderBy("suite", "prompt_id", "seed")
        .collectAsList()
        .stream()
        .map(Evaluator::answer)
        .toList();
  }

  private static Answer answer(Row row) {
    return new Answer(
        Suite.valueOf(row.<String>getAs("suite").toUpperCase(Locale.ROOT)),
        row.getAs("prompt_id"),
        row.getAs("tag"),
        row.getAs("prompt"),
        row.getAs("response"),
        image(row),
        row.<Double>getAs("score"),
        row.<Boolean>getAs("strict"),
        row.getAs("audit"),
        row.<Long>getAs("seed").intValue());
  }

  private static byte @Nullable [] image(Row row) {
    return row.getAs("image");
  }
}
