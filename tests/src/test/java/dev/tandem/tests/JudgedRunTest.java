package dev.tandem.tests;

import static dev.tandem.frozen.chat.ChatServer.answer;
import static dev.tandem.frozen.chat.ChatServer.status;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.frozen.chat.ChatServer;
import dev.tandem.frozen.chat.ChatServer.Reaction;
import dev.tandem.frozen.chat.ChatServer.Request;
import dev.tandem.jobs.Tandem;
import dev.tandem.jobs.spark.JobSession;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run whose judge is a server that breaks down: the run stops before the learner, loses nothing,
 * and the same command goes on with scoring alone.
 */
class JudgedRunTest {
  private static final int ITERATIONS = 2;
  private static final int ROLLOUTS = 3 * 2; // pairs, group
  private static final int ATTEMPTS = 2;

  @TempDir private Path folder;

  /** What a judge says of the images that it sees, by the order in which it met them. */
  private static final class Judge {
    private final List<String> images = new ArrayList<>();
    private Function<Integer, Reaction> mood = number -> status(500, "", "out of order");

    synchronized Reaction react(Request request) {
      String image = image(request);
      if (!images.contains(image)) {
        images.add(image);
      }
      return mood.apply(images.indexOf(image));
    }

    static String image(Request request) {
      return request.body().at("/messages/1/content/1/image_url/url").asText();
    }

    synchronized String first() {
      return images.get(0);
    }

    synchronized void mood(Function<Integer, Reaction> next) {
      images.clear();
      mood = next;
    }
  }

  /** One image is judged; the answers to the others are bad in three ways. */
  private static Reaction hardlyMended(int image) {
    return switch (image) {
      case 0 -> verdict(image);
      case 1 -> answer("");
      case 2 -> answer("very nice");
      default -> status(500, "", "out of order");
    };
  }

  /** Unlike verdicts, so that there is something to learn. */
  private static Reaction verdict(int image) {
    return answer("{\"correct\": %d}".formatted(image % 2));
  }

  @Test
  void aRunStopsWhereItsJudgeFailsAndGoesOnWithScoringAlone() throws IOException {
    Path policy = SmallPolicy.write(folder);
    Judge judge = new Judge();
    try (ChatServer server = ChatServer.start(judge::react)) {
      assertThat(failingRun(policy, server))
          .contains("Too many rewards failed in iteration 1 of run judged: 6 of 6, 100.0 %")
          .contains("6 x vlm_judge: http (status 500: out of order)")
          .contains("run the same command again; it scores what was sampled");
      assertThat(server.requests()).hasSize(ROLLOUTS * ATTEMPTS);
      Tables stopped = Tables.of(warehouse());
      assertNothingIsLost(stopped);

      judge.mood(JudgedRunTest::hardlyMended);
      assertThat(failingRun(policy, server))
          .contains("5 of 6, 83.3 %")
          .contains("3 x vlm_judge: http (status 500: out of order)")
          .contains("1 x vlm_judge: empty")
          .contains("1 x vlm_judge: invalid_json");
      Tables again = Tables.of(warehouse());
      assertThat(again.rolloutsVersion()).isEqualTo(stopped.rolloutsVersion());
      assertThat(again.sampled()).isEqualTo(stopped.sampled());
      assertThat(again.kinds())
          .containsExactlyInAnyOrderEntriesOf(
              Map.of("value", 1L, "empty", 1L, "invalid_json", 1L, "http", 3L));
      assertThat(again.kept()).isEqualTo(1);
      String judged = judge.first();

      judge.mood(JudgedRunTest::verdict);
      int before = server.requests().size();
      assertThat(train(policy, server)).isZero();
      List<String> images = server.requests().stream().skip(before).map(Judge::image).toList();
      assertThat(images).doesNotContain(judged).hasSize(ROLLOUTS * ITERATIONS - 1);
      assertThatItIsFinished(stopped);
    }
  }

  private void assertNothingIsLost(Tables stopped) {
    assertThat(stopped.sampled()).hasSize(ROLLOUTS);
    assertThat(stopped.kinds()).isEqualTo(Map.of("http", (long) ROLLOUTS));
    assertThat(stopped.failures())
        .allSatisfy(
            row -> {
              assertThat(row.<Object>getAs("value")).isNull();
              assertThat(row.<String>getAs("failure")).isEqualTo("status 500: out of order");
              assertThat(row.<Integer>getAs("requests")).isEqualTo(ATTEMPTS);
              assertThat(row.<Integer>getAs("attempt")).isEqualTo(1);
            });
    assertThat(stopped.kept()).isZero();
    assertThat(stopped.batches()).isZero();
    assertThat(stopped.committed()).isZero();
    assertThat(folder.resolve("runs/judged/checkpoints/1")).doesNotExist();
  }

  private void assertThatItIsFinished(Tables stopped) {
    Tables finished = Tables.of(warehouse());
    assertThat(finished.sampled()).hasSize(ROLLOUTS * ITERATIONS).containsAll(stopped.sampled());
    assertThat(finished.kinds()).isEqualTo(Map.of("value", (long) ROLLOUTS * ITERATIONS));
    assertThat(finished.cached()).isEqualTo(1);
    assertThat(finished.kept()).isEqualTo(ROLLOUTS * ITERATIONS);
    assertThat(finished.committed()).isEqualTo(ITERATIONS);
    assertThat(folder.resolve("runs/judged/checkpoints/" + ITERATIONS)).isDirectory();
  }

  /**
   * What a run left.
   *
   * @param sampled each rollout with what it took: sampling it again would take another time
   * @param kinds rewards of the judge by failure, or {@code value}
   * @param kept scores that are not asked for again
   */
  private record Tables(
      long rolloutsVersion,
      List<String> sampled,
      Map<String, Long> kinds,
      List<Row> failures,
      long cached,
      long kept,
      long batches,
      long committed) {

    static Tables of(String folder) {
      try (JobSession session = JobSession.start("tables")) {
        Warehouse warehouse = Warehouse.open(session.spark(), folder);
        List<Row> rewards =
            warehouse.read(Table.REWARDS).where("reward = 'vlm_judge'").collectAsList();
        return new Tables(
            warehouse.version(Table.ROLLOUTS),
            warehouse
                .read(Table.ROLLOUTS)
                .selectExpr("rollout_id", "to_json(timings) timings")
                .collectAsList()
                .stream()
                .map(Row::toString)
                .sorted()
                .toList(),
            rewards.stream().collect(Collectors.groupingBy(Tables::kind, Collectors.counting())),
            rewards.stream().filter(row -> row.getAs("failure") != null).toList(),
            rewards.stream().filter(row -> row.<Boolean>getAs("cached")).count(),
            warehouse.read(Table.REWARD_CACHE).count(),
            warehouse.read(Table.BATCHES).count(),
            warehouse.read(Table.ITERATIONS).count());
      }
    }

    private static String kind(Row reward) {
      String kind = reward.getAs("failure_kind");
      return kind == null ? "value" : kind;
    }
  }

  private String warehouse() {
    return folder.resolve("runs/judged/warehouse").toString();
  }

  /** Runs what must stop with a message for the user, and returns the message. */
  private String failingRun(Path policy, ChatServer server) {
    PrintStream standardError = System.err;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setErr(new PrintStream(captured, true, UTF_8));
    int status;
    try {
      status = train(policy, server);
    } finally {
      System.setErr(standardError);
    }
    String errors = captured.toString(UTF_8);
    assertThat(status).as(errors).isEqualTo(2);
    return errors;
  }

  private int train(Path policy, ChatServer server) {
    List<String> args = new ArrayList<>(List.of("train"));
    List<String> settings =
        List.of(
            "run.name=judged",
            "run.policy=" + policy,
            "run.folder=" + folder.resolve("runs"),
            "run.iterations=" + ITERATIONS,
            "data.shapeworld_samples=24",
            "sampling.pairs=3",
            "sampling.sides=reason",
            "rollout.group=2",
            "rollout.reason.max_tokens=4",
            "rollout.image.steps=4",
            "rollout.image.window.end=3",
            "rollout.image.window.size=1",
            "reward.reason.text.geneval_graded=0",
            "reward.reason.text.vlm_judge=1",
            "reward.reason.image.geneval_graded=0",
            "reward.reason.image.vlm_judge=1",
            "reward.judge.endpoint.url=" + server.url(),
            "reward.judge.endpoint.model=judge",
            "reward.judge.endpoint.attempts=" + ATTEMPTS,
            "reward.judge.endpoint.backoff=0.01",
            "reward.judge.endpoint.request_timeout=600",
            "reward.judge.endpoint.total_timeout=3600",
            "reward.judge.endpoint.batch_timeout=3600",
            "reward.judge.endpoint.breaker.failures=1000");
    settings.forEach(setting -> args.addAll(List.of("--set", setting)));
    return Tandem.run(args.toArray(new String[0]));
  }
}
