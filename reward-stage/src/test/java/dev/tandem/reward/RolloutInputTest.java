package dev.tandem.reward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.schemas.Table;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

class RolloutInputTest {
  private static final StructType ROLLOUT = StructType.fromDDL(Table.ROLLOUTS.ddl());
  private static final StructType SAMPLE = StructType.fromDDL(Table.SAMPLES.ddl());

  @Test
  void readsRowsThatWereMadeInTheTaskAndRowsOfTheTable() {
    Object array = new Integer[] {5, 6, 7};
    Object sequence = CollectionConverters.asScala(List.of(5, 6, 7)).toSeq();
    for (Object tokens : List.of(array, sequence)) {
      ScoringInput input = RolloutInput.of(rollout(tokens), sample(), "image").input();
      assertThat(input.tokens()).hasValue(3);
      assertThat(input.prompt()).contains("two dogs");
      assertThat(input.stage()).isEqualTo("reason");
      assertThat(input.sample().metadata()).isEqualTo("{}");
    }
  }

  private static Row rollout(Object tokens) {
    Object[] values = new Object[ROLLOUT.size()];
    values[ROLLOUT.fieldIndex("run_id")] = "run";
    values[ROLLOUT.fieldIndex("iteration")] = 1;
    values[ROLLOUT.fieldIndex("rollout_id")] = "rollout";
    values[ROLLOUT.fieldIndex("stage")] = "reason";
    values[ROLLOUT.fieldIndex("prompt")] = "two dogs";
    values[ROLLOUT.fieldIndex("token_ids")] = tokens;
    return new GenericRowWithSchema(values, ROLLOUT);
  }

  private static Row sample() {
    return new GenericRowWithSchema(new Object[SAMPLE.size()], SAMPLE);
  }
}
