package dev.tandem.learner.testing;

import dev.tandem.learner.batch.Member;
import dev.tandem.learner.batch.TrainingGroup;
import dev.tandem.policy.FlowStep;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/** Writes groups as the rollout and reward stages would. */
public final class TableWriter {
  private static final StructType ROLLOUTS =
      StructType.fromDDL(
          "run_id STRING, iteration INT, rollout_id STRING, stage STRING, pair_id STRING,"
              + " group_id STRING, sample_index INT, sample_id STRING, prompt STRING,"
              + " token_ids ARRAY<INT>, token_logprobs ARRAY<FLOAT>,"
              + " flow_steps ARRAY<STRUCT<step: INT, t: DOUBLE, dt: DOUBLE, sigma: DOUBLE,"
              + " x: BINARY, x_next: BINARY, logprob: DOUBLE>>, seed BIGINT,"
              + " policy_version STRING, executor STRING, device STRING,"
              + " timings MAP<STRING, DOUBLE>");
  private static final StructType BATCHES =
      StructType.fromDDL(
          "run_id STRING, iteration INT, rollout_id STRING, group_id STRING, pair_id STRING,"
              + " stage STRING, sample_index INT, group_size INT, text_advantage DOUBLE,"
              + " image_advantage DOUBLE, pair_weight DOUBLE, kept BOOLEAN, drop_reason STRING");
  private static final StructType SAMPLES =
      StructType.fromDDL(
          "sample_id STRING, side STRING, image BINARY, image_format STRING, image_width INT,"
              + " image_height INT, image_sha256 STRING, question STRING, metadata STRING,"
              + " extra STRING, source STRING, provenance STRING");

  private final Warehouse warehouse;
  private final String runId;

  public TableWriter(Warehouse warehouse, String runId) {
    this.warehouse = warehouse;
    this.runId = runId;
  }

  /** Writes rollouts and batches of an iteration in the order of the groups and members. */
  public void write(int iteration, List<TrainingGroup> groups) {
    write(iteration, groups, false);
  }

  /** The same rows the other way round, over several files. */
  public void writeReversed(int iteration, List<TrainingGroup> groups) {
    write(iteration, groups, true);
  }

  /** Adds a sample with an image. */
  public void sample(String sampleId, byte[] png, int side) {
    Row row =
        RowFactory.create(
            sampleId,
            "understanding",
            png,
            "png",
            side,
            side,
            "0",
            "How many?",
            "{}",
            "{}",
            "s:1",
            "imported");
    warehouse.append(Table.SAMPLES, warehouse.spark().createDataFrame(List.of(row), SAMPLES));
  }

  private void write(int iteration, List<TrainingGroup> groups, boolean reversed) {
    writeRollouts(iteration, groups, reversed);
    writeBatches(iteration, groups);
  }

  /** Only the rollouts, as they are before their rewards. */
  public void writeRollouts(int iteration, List<TrainingGroup> groups) {
    writeRollouts(iteration, groups, false);
  }

  private void writeRollouts(int iteration, List<TrainingGroup> groups, boolean reversed) {
    List<Row> rollouts = new ArrayList<>();
    for (TrainingGroup group : groups) {
      for (Member member : group.members()) {
        rollouts.add(rollout(iteration, group, member));
      }
    }
    if (reversed) {
      Collections.reverse(rollouts);
    }
    var rows = warehouse.spark().createDataFrame(rollouts, ROLLOUTS);
    warehouse.replace(
        Table.ROLLOUTS, runId, iteration, reversed ? rows.repartition(3) : rows.coalesce(1));
  }

  /** Only the batches of rollouts that were written. */
  public void writeBatches(int iteration, List<TrainingGroup> groups) {
    List<Row> batches = new ArrayList<>();
    for (TrainingGroup group : groups) {
      for (Member member : group.members()) {
        batches.add(batch(iteration, group, member));
      }
    }
    warehouse.replace(
        Table.BATCHES, runId, iteration, warehouse.spark().createDataFrame(batches, BATCHES));
  }

  private Row rollout(int iteration, TrainingGroup group, Member member) {
    List<Row> steps = member.trajectory().steps().stream().map(TableWriter::step).toList();
    return RowFactory.create(
        runId,
        iteration,
        id(group, member),
        group.stage(),
        group.pairId(),
        group.groupId(),
        member.sampleIndex(),
        "sample-" + group.pairId(),
        "a photo of a red circle",
        IntStream.of(member.trajectory().tokens()).boxed().toArray(Integer[]::new),
        boxed(member.tokenLogProbs()),
        steps.isEmpty() ? null : steps.toArray(Row[]::new),
        1L,
        "version",
        "driver",
        "cpu",
        CollectionConverters.asScala(Map.of("text", 0.1)));
  }

  private Row batch(int iteration, TrainingGroup group, Member member) {
    boolean kept = member.inTextLoss() || member.inImageLoss();
    return RowFactory.create(
        runId,
        iteration,
        id(group, member),
        group.groupId(),
        group.pairId(),
        group.stage(),
        member.sampleIndex(),
        group.members().size(),
        member.textAdvantage(),
        member.imageAdvantage(),
        1.0,
        kept,
        kept ? null : "reward_failed");
  }

  private static String id(TrainingGroup group, Member member) {
    return group.groupId() + "-" + member.sampleIndex();
  }

  private static Float[] boxed(float[] values) {
    Float[] boxed = new Float[values.length];
    for (int i = 0; i < values.length; i++) {
      boxed[i] = values[i];
    }
    return boxed;
  }

  private static Row step(FlowStep step) {
    return RowFactory.create(
        step.step(),
        step.t(),
        step.dt(),
        step.sigma(),
        bytes(step.x()),
        bytes(step.xNext()),
        step.logProb());
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }
}
