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
          "learner.logp_alarm",
          "learner.threads",
          "learner.rendezvous_timeout",
          "learner.allreduce_timeout");

  private ConfigDifference() {}

  /** One line per key whose value differs, such as {@code run.seed was 1, is 2}. */
  public static List<String> between(String storedYaml, String currentYaml) {
    Map<String, String> stored = values(storedYaml);
    Map<String, String> current = values(currentYaml);
    TreeSet<String> keys = new TreeSet<>(stored.keySet());
    keys.addAll(current.keySet());
    FREE.forEach(keys::remove);
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
