package dev.tandem.reward.catalog;

import static dev.tandem.frozen.chat.ChatServer.answer;
import static dev.tandem.frozen.chat.ChatServer.status;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.frozen.chat.ChatServer;
import dev.tandem.frozen.chat.ChatServer.Reaction;
import dev.tandem.frozen.chat.Chats;
import dev.tandem.reward.AdvantageSettings;
import dev.tandem.reward.LengthPenalty;
import dev.tandem.reward.RewardPlan;
import dev.tandem.reward.RewardPlan.StageRewards;
import dev.tandem.reward.RewardPlan.Term;
import dev.tandem.reward.RewardSettings;
import dev.tandem.reward.RewardStage;
import dev.tandem.reward.judge.JudgePrompts;
import dev.tandem.reward.judge.JudgeSettings;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.warehouse.Warehouse;
import dev.tandem.testing.Golden;
import dev.tandem.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a judge that misbehaves leaves in the tables, and what is asked again. */
class JudgedRowsTest {
  private static final int ATTEMPTS = 2;

  /** The server chooses by the prompt; the kind of failure that is expected of it. */
  private static final Map<String, String> KINDS =
      new TreeMap<>(
          Map.of(
              "status 429", "http",
              "status 500", "http",
              "slow drip", "timeout",
              "hang", "timeout",
              "cut connection", "connection",
              "wrong JSON", "reply",
              "NaN", "invalid_json",
              "empty answer", "empty"));

  private static Reaction reaction(String prompt) {
    return switch (prompt) {
      case "status 429" -> status(429, "Retry-After: 0\r\n", "slowly");
      case "status 500" -> status(500, "", "broken");
      case "slow drip" -> ChatServer.drip();
      case "hang" -> ChatServer.hang();
      case "cut connection" -> ChatServer.cut();
      case "wrong JSON" -> status(200, "", "{\"choices\": 1}");
      case "NaN" -> answer("{\"correct\": NaN}");
      case "empty answer" -> answer("");
      default -> answer("{\"correct\": 1}");
    };
  }

  private static Reaction reaction(ChatServer.Request request, boolean mended) {
    String prompt =
        KINDS.keySet().stream().filter(request.text()::contains).findFirst().orElse("good");
    return reaction(mended ? "good" : prompt);
  }

  @Test
  void failuresAreRowsWithTheirKindAndOnlyTheyAreAskedAgain(@TempDir Path folder) throws Exception {
    Warehouse warehouse = Warehouse.open(TestSpark.session(), folder.toString());
    List<String> prompts = new ArrayList<>(KINDS.keySet());
    prompts.addAll(List.of("good one", "good two"));
    write(warehouse, prompts);
    AtomicBoolean mended = new AtomicBoolean();
    try (ChatServer server = ChatServer.start(request -> reaction(request, mended.get()))) {
      assertThatThrownBy(() -> stage(warehouse, server, 0.05).score("judged", 1))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("8 of 10, 80.0 %")
          .hasMessageContaining("2 x vlm_judge: http (status 429: slowly)")
          .hasMessageContaining("2 x vlm_judge: timeout (no whole reply within 0.400 s)")
          .hasMessageContaining("1 x vlm_judge: connection (")
          .hasMessageContaining("run the same command again");
      assertFailures(rows(warehouse), prompts);
      assertThat(documented()).containsAll(lines(rows(warehouse), prompts));

      // The batch goes on without them: they are in no statistics and reach no learner.
      RewardStage tolerant = stage(warehouse, server, 1);
      tolerant.advantages(tolerant.score("judged", 1));
      List<Row> batches =
          warehouse.read(Table.BATCHES, "judged", 1).sort("sample_index").collectAsList();
      assertThat(batches).hasSize(10);
      assertThat(batches.get(9).<Integer>getAs("group_size")).isEqualTo(2);
      assertThat(batches.subList(0, 8))
          .allSatisfy(
              row -> {
                assertThat(row.<String>getAs("drop_reason")).isEqualTo("reward_failed");
                assertThat(row.<Object>getAs("image_advantage")).isNull();
              });

      // The same command again, as a new process would run it.
      int asked = server.requests().size();
      mended.set(true);
      RewardStage strict = stage(warehouse, server, 0.05);
      strict.write(strict.score("judged", 1));
      assertThat(server.requests().size() - asked).isEqualTo(8);
      List<Row> again = rows(warehouse);
      assertThat(again).extracting(row -> row.<Double>getAs("value")).containsOnly(1.0);
      assertThat(again)
          .filteredOn(row -> row.<Boolean>getAs("cached"))
          .extracting(row -> row.<Integer>getAs("sample_index"))
          .containsExactly(8, 9);
      assertThat(warehouse.read(Table.REWARD_CACHE).count()).isEqualTo(10);
    }
  }

  private static void assertFailures(List<Row> rows, List<String> prompts) {
    assertThat(rows).hasSize(prompts.size());
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      String prompt = prompts.get(i);
      String kind = KINDS.get(prompt);
      assertThat(row.<String>getAs("failure_kind")).as(prompt).isEqualTo(kind);
      assertThat(row.<Boolean>getAs("cached")).isFalse();
      assertThat(row.<Double>getAs("latency_millis")).isPositive();
      if (kind == null) {
        assertThat(row.<Double>getAs("value")).isEqualTo(1);
      } else {
        boolean again = List.of("http", "timeout", "connection").contains(kind);
        assertThat(row.<Object>getAs("value")).isNull();
        assertThat(row.<String>getAs("failure")).isNotBlank();
        assertThat(row.<Integer>getAs("requests")).isEqualTo(again ? ATTEMPTS : 1);
      }
    }
  }

  /** Rows as the documentation shows them. */
  private static List<String> lines(List<Row> rows, List<String> prompts) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < KINDS.size(); i++) {
      Row row = rows.get(i);
      lines.add(
          "| %s | %s | `%s` | %s | %d | %d |"
              .formatted(
                  prompts.get(i),
                  row.<Object>getAs("value"),
                  row.getAs("failure_kind"),
                  row.getAs("failure"),
                  row.<Integer>getAs("requests"),
                  row.<Integer>getAs("attempt")));
    }
    return lines.stream().map(JudgedRowsTest::withoutSystemsWords).toList();
  }

  private static List<String> documented() throws IOException {
    return Files.readAllLines(Golden.projectRoot().resolve("docs/rewards.md")).stream()
        .map(JudgedRowsTest::withoutSystemsWords)
        .toList();
  }

  /** How a connection broke is told by the Java runtime in its own words. */
  private static String withoutSystemsWords(String line) {
    return line.replaceAll("connection broken:[^|]*", "connection broken:");
  }

  private static List<Row> rows(Warehouse warehouse) {
    return warehouse
        .read(Table.REWARDS)
        .join(
            warehouse.read(Table.ROLLOUTS).select("rollout_id", "sample_index"),
            new String[] {"rollout_id"})
        .sort(col("sample_index"))
        .collectAsList();
  }

  private static RewardStage stage(Warehouse warehouse, ChatServer server, double maxFailed) {
    RewardCatalog catalog =
        new RewardCatalog(
            new CatalogSettings(
                new LengthPenalty.Settings(LengthPenalty.Kind.NONE, 1, Map.of()),
                new JudgeSettings(
                    Chats.settings(server.url(), 8, ATTEMPTS, 0.4, 3600),
                    JudgePrompts.checklist(Optional.empty()),
                    JudgePrompts.questions(Optional.empty()),
                    JudgePrompts.questionLines(Optional.empty())),
                new GenEvalServerSettings("v1", 1, Chats.settings(server.url()).service()),
                Map.of()));
    List<Term> terms = List.of(new Term("vlm_judge", 1));
    RewardPlan plan =
        RewardPlan.of(Map.of("reason", new StageRewards(List.of(), terms, List.of())));
    return new RewardStage(
        warehouse, new RewardSettings(plan, AdvantageSettings.DEFAULT, maxFailed, catalog));
  }

  private static void write(Warehouse warehouse, List<String> prompts) {
    warehouse.append(
        Table.SAMPLES,
        TestSpark.session()
            .sql(
                "SELECT 'sample' sample_id, 'generation' side, 'a dog' prompt,"
                    + " '{\"include\": [{\"class\": \"dog\", \"count\": 1}]}' metadata,"
                    + " '{}' extra, 'a.jsonl:1' source, 'imported' provenance"));
    warehouse.append(
        Table.PAIRS,
        TestSpark.session()
            .sql(
                "SELECT 'pair' pair_id, 'build' build_id, 'sample' generation_sample_id,"
                    + " 'u' understanding_sample_id, 'aligned' pair_type, 1.0D similarity,"
                    + " 1.0D weight"));
    byte[] image = new RgbImage(1, 1, new byte[3]).toPng();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      rows.add(
          RowFactory.create(
              "judged",
              1,
              "rollout-" + i,
              "reason",
              "pair",
              "group",
              i,
              "sample",
              prompts.get(i),
              new Integer[0],
              new Float[0],
              "a thought",
              image,
              0L,
              "version",
              "driver",
              "cpu",
              Map.of()));
    }
    StructType schema =
        StructType.fromDDL(
            "run_id STRING, iteration INT, rollout_id STRING, stage STRING, pair_id STRING,"
                + " group_id STRING, sample_index INT, sample_id STRING, prompt STRING,"
                + " token_ids ARRAY<INT>, token_logprobs ARRAY<FLOAT>, text STRING, image BINARY,"
                + " seed BIGINT, policy_version STRING, executor STRING, device STRING,"
                + " timings MAP<STRING, DOUBLE>");
    warehouse.replace(
        Table.ROLLOUTS, "judged", 1, TestSpark.session().createDataFrame(rows, schema));
  }
}
