package dev.tandem.reward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.SharedFolder;
import dev.tandem.schemas.warehouse.Warehouse;
import dev.tandem.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreCacheTest {
  private static final List<String> JUDGE = List.of("judge");

  @TempDir Path folder;

  @Test
  void whatAKilledProcessComputedIsKnownToTheNext() throws IOException {
    Warehouse warehouse = Warehouse.open(TestSpark.session(), folder.toString());
    ScoreCache killed = new ScoreCache(warehouse, 10);
    killed.journal().writer().write(List.of(score("run", "a", 0.25), score("run", "b", 0.5)));
    killed.journal().writer().write(List.of(score("other", "c", 0.75)));
    Path torn = Path.of(killed.journal().folder().replace("file:", "")).resolve("run/torn.jsonl");
    Files.writeString(torn, "{\"content_key\": \"d\", \"val", StandardOpenOption.CREATE_NEW);

    ScoreCache next = new ScoreCache(warehouse, 10);
    assertThat(next.known(JUDGE)).containsOnlyKeys("a", "b", "c");
    assertThat(next.known(JUDGE).get("b")).isEqualTo(new KnownScore(0.5, "{\"b\":1}"));

    next.add("run", List.of(score("run", "e", 1), score("run", "a", 0.25)));
    assertThat(keys(warehouse)).containsExactly("a", "b", "e");
    assertThat(SharedFolder.of(next.journal().folder()).child("run").exists()).isFalse();
    assertThat(SharedFolder.of(next.journal().folder()).child("other").exists()).isTrue();

    next.add("run", List.of(score("run", "a", 0.25)));
    assertThat(keys(warehouse)).containsExactly("a", "b", "e");
    assertThat(new ScoreCache(warehouse, 10).known(JUDGE)).containsOnlyKeys("a", "b", "c", "e");
    assertThat(new ScoreCache(warehouse, 10).known(List.of("clip"))).containsOnlyKeys("c");
  }

  @Test
  void onlyTheNewestStayInMemory() {
    Warehouse warehouse = Warehouse.open(TestSpark.session(), folder.toString());
    ScoreCache cache = new ScoreCache(warehouse, 2);
    assertThat(cache.known(JUDGE)).isEmpty();
    cache.add("run", List.of(score("run", "a", 0.1), score("run", "b", 0.2)));
    cache.add("run", List.of(score("run", "c", 0.3)));
    assertThat(cache.known(JUDGE)).containsOnlyKeys("b", "c");
    assertThat(keys(warehouse)).containsExactly("a", "b", "c");
  }

  private static List<String> keys(Warehouse warehouse) {
    return warehouse.read(Table.REWARD_CACHE).sort("content_key").collectAsList().stream()
        .map(row -> row.<String>getAs("content_key"))
        .toList();
  }

  private static Score score(String runId, String key, double value) {
    RolloutInput rollout =
        new RolloutInput(runId, 1, "rollout-" + key, "group", Scripted.text("t"));
    RewardOutcome outcome = new RewardOutcome.Value(value, "{\"" + key + "\":1}");
    return Score.of(rollout, "judge", outcome, 1, 1).of(rollout, "v1", key);
  }
}
