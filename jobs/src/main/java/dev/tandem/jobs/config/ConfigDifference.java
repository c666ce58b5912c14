package dev.tandem.jobs.config;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares a stored configuration with the current one. */
public final class ConfigDifference {
  /** What may change between a run's start and its continuation. */
  private static final List<String> FREE =
      List.of(
          "run.iterations",
          "run.folder",
          "run.keep_checkpoints",
          "reward.max_failed_share",
          "reward.judge.endpoint.url",
          "reward.judge.endpoint.key_variable",
          "reward.judge.endpoint.in_flight",
          "reward.judge.endpoint.attempts",
          "reward.judge.endpoint.backoff",
          "reward.judge.endpoint.backoff_max",
          "reward.judge.endpoint.connect_timeout",
          "reward.judge.endpoint.request_timeout",
          "reward.judge.endpoint.total_timeout",
          "reward.judge.endpoint.batch_timeout",
          "reward.judge.endpoint.breaker.failures",
          "reward.judge.endpoint.breaker.pause",
          "learner.logp_alarm",
          "learner.threads",
          "learner.rendezvous_timeout",
          "learner.allreduce_timeout");

  /** Where a server is and how patient a client is with it changes no score. */
  private static final String FREE_SECTION = "reward.geneval_server.service.";

  private ConfigDifference() {}

  /**
   * One line per key whose value differs, such as {@code run.seed was 1, is 2}. A key that the
   * stored configuration does not know came with a later version, and had its default until then.
   */
  public static List<String> between(String storedYaml, String currentYaml) {
    Map<String, String> stored = values(ConfigWriter.toYaml(ConfigLoader.defaults()));
    KeyTree.of(TandemConfig.class).removeFree(stored.keySet());
    stored.putAll(values(storedYaml));
    Map<String, String> current = values(currentYaml);
    TreeSet<String> keys = new TreeSet<>(stored.keySet());
    keys.addAll(current.keySet());
    FREE.forEach(keys::remove);
    keys.removeIf(key -> key.startsWith(FREE_SECTION));
    return keys.stream()
        .filter(key -> !value(stored, key).equals(value(current, key)))
        .map(key -> key + " was " + value(stored, key) + ", is " + value(current, key))
        .toList();
  }

  private static String value(Map<String, String> values, String key) {
    return values.getOrDefault(key, "not set");
  }

  private static Map<String, String> values(String yaml) {
    Map<String, String> values = new TreeMap<>();
    for (Setting setting : YamlLayer.parse("stored configuration", yaml)) {
      values.put(setting.path(), text(setting.value()));
    }
    return values;
  }

  private static String text(Setting.Value value) {
    if (value instanceof Setting.Scalar scalar) {
      return scalar.text();
    }
    return value instanceof Setting.Sequence sequence ? sequence.items().toString() : "null";
  }
}
