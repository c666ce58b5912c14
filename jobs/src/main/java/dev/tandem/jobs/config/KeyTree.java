package dev.tandem.jobs.config;

import java.lang.reflect.RecordComponent;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The keys that a configuration record knows. */
final class KeyTree {
  private final Set<String> keys = new TreeSet<>();
  private final Set<String> sections = new TreeSet<>();
  private final Set<String> freeSections = new TreeSet<>();

  private KeyTree() {}

  static KeyTree of(Class<? extends Record> type) {
    KeyTree tree = new KeyTree();
    tree.collect(type, "");
    return tree;
  }

  /** {@code groupSize} is written {@code group_size}. */
  static String keyOf(RecordComponent component) {
    return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  private void collect(Class<?> type, String prefix) {
    for (RecordComponent component : type.getRecordComponents()) {
      String path = prefix + keyOf(component);
      if (component.getType().isRecord()) {
        sections.add(path);
        collect(component.getType(), path + ".");
      } else if (component.getType() == java.util.Map.class) {
        freeSections.add(path);
      } else {
        keys.add(path);
      }
    }
  }

  /** What is wrong with the key of the setting, if anything. */
  Optional<String> problemWith(Setting setting) {
    String path = setting.path();
    if (keys.contains(path) || freeSections.contains(parent(path))) {
      return Optional.empty();
    }
    if (sections.contains(path) || freeSections.contains(path)) {
      return Optional.of(
          "key '%s' (%s): found a value, expected a section with keys such as '%s'"
              .formatted(path, setting.origin(), exampleBelow(path)));
    }
    return Optional.of(
        "unknown key '%s' (%s); the nearest known key is '%s'"
            .formatted(path, setting.origin(), Nearest.to(path, keys)));
  }

  /** Leaves the keys that a configuration always has: those of free sections it may lack. */
  void removeFree(Set<String> paths) {
    paths.removeIf(path -> freeSections.contains(parent(path)));
  }

  private String exampleBelow(String section) {
    return keys.stream()
        .filter(key -> key.startsWith(section + "."))
        .limit(3)
        .collect(Collectors.joining("', '"));
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('.')));
  }
}
