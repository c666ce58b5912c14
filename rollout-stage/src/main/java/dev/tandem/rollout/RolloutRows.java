package dev.tandem.rollout;

import dev.tandem.policy.FlowStep;
import dev.tandem.policy.ImageSample;
import dev.tandem.policy.TextSample;
import dev.tandem.schemas.Identifiers;
import dev.tandem.schemas.Table;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Writes samples as rows of table {@code rollouts}.
 *
 * @param request what the samples were drawn for
 * @param executor who drew them
 * @param device where the policy computed
 */
record RolloutRows(RolloutRequest request, String executor, String device) {

  private static final StructType SCHEMA = StructType.fromDDL(Table.ROLLOUTS.ddl());

  /** Columns of the rows, those of {@link Table#ROLLOUTS}. */
  static StructType schema() {
    return SCHEMA;
  }

  /** One row a member. */
  List<Row> of(Group group, GroupSamples samples) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < group.size(); i++) {
      ImageSample image = samples.images().isEmpty() ? null : samples.images().get(i);
      rows.add(row(group, i, samples.texts().get(i), image, samples.seconds()));
    }
    return rows;
  }

  private Row row(
      Group group,
      int index,
      TextSample text,
      @Nullable ImageSample image,
      Map<String, Double> seconds) {
    String rolloutId =
        Identifiers.rolloutId(request.runId(), request.iteration(), group.groupId(), index);
    Object[] values = {
      request.runId(),
      request.iteration(),
      rolloutId,
      group.stage(),
      group.pairId(),
      group.groupId(),
      index,
      null, // parent_rollout_id
      group.sampleId(),
      group.text(),
      group.inputImageSha256(),
      boxed(text.tokens()),
      boxed(text.logProbs()),
      text.text(),
      text.finish().name().toLowerCase(Locale.ROOT),
      image == null ? null : image.image().toPng(),
      image == null ? null : image.steps().stream().map(RolloutRows::step).toArray(Row[]::new),
      null, // image_token_ids
      null, // image_token_logprobs
      request.seed(),
      request.policyVersion(),
      executor,
      device,
      CollectionConverters.asScala(seconds)
    };
    return new GenericRowWithSchema(values, SCHEMA);
  }

  private static Row step(FlowStep step) {
    return RowFactory.create(
        step.step(),
        step.t(),
        step.dt(),
        step.sigma(),
        littleEndian(step.x()),
        littleEndian(step.xNext()),
        step.logProb());
  }

  /** The values as little-endian float32. */
  static byte[] littleEndian(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return bytes.array();
  }

  private static Integer[] boxed(int[] values) {
    Integer[] boxed = new Integer[values.length];
    for (int i = 0; i < boxed.length; i++) {
      boxed[i] = values[i];
    }
    return boxed;
  }

  private static Float[] boxed(float[] values) {
    Float[] boxed = new Float[values.length];
    for (int i = 0; i < boxed.length; i++) {
      boxed[i] = values[i];
    }
    return boxed;
  }
}
