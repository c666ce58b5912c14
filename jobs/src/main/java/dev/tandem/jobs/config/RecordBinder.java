package dev.tandem.jobs.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Builds nested records from settings. A section is a record; a key is one of its components in
 * snake_case; a component of type {@code Map<String, Double>} is a section with free keys.
 */
final class RecordBinder {
  private final Map<String, Setting> settings;
  private final Problems problems;

  private RecordBinder(Map<String, Setting> settings, Problems problems) {
    this.settings = settings;
    this.problems = problems;
  }

  /**
   * Later settings win over earlier ones.
   *
   * @return the record, or null when something was added to {@code problems}
   */
  static <T extends Record> @Nullable T bind(
      Class<T> type, List<Setting> inOrder, Problems problems) {
    KeyTree keys = KeyTree.of(type);
    Map<String, Setting> effective = new TreeMap<>();
    for (Setting setting : inOrder) {
      keys.problemWith(setting)
          .ifPresentOrElse(problems::add, () -> effective.put(setting.path(), setting));
    }
    Object bound = new RecordBinder(effective, problems).section(type, "");
    return bound == null ? null : type.cast(bound);
  }

  private @Nullable Object section(Class<?> type, String prefix) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    boolean complete = true;
    for (int i = 0; i < components.length; i++) {
      RecordComponent component = components[i];
      String path = prefix + KeyTree.keyOf(component);
      values[i] = value(component, path);
      complete &= values[i] != null || isNothing(path);
    }
    return complete ? construct(type, components, values, prefix) : null;
  }

  private @Nullable Object value(RecordComponent component, String path) {
    Class<?> type = component.getType();
    if (type.isRecord()) {
      return section(type, path + ".");
    }
    if (type == Map.class) {
      return weights(path + ".");
    }
    Setting setting = settings.get(path);
    if (setting == null) {
      throw new IllegalStateException("No default for the key '" + path + "'");
    }
    if (isNothing(path)) {
      if (type.isPrimitive() || component.getAnnotatedType().getAnnotations().length == 0) {
        reject(setting, "nothing", Scalars.expected(type));
        settings.remove(path);
      }
      return null;
    }
    return type == List.class ? items(setting, component) : scalar(setting, type);
  }

  private boolean isNothing(String path) {
    Setting setting = settings.get(path);
    return setting != null && setting.value() instanceof Setting.Nothing;
  }

  private Map<String, Double> weights(String prefix) {
    Map<String, Double> weights = new TreeMap<>();
    settings.forEach(
        (path, setting) -> {
          if (path.startsWith(prefix) && scalar(setting, double.class) instanceof Double weight) {
            weights.put(path.substring(prefix.length()), weight);
          }
        });
    return weights;
  }

  private @Nullable Object items(Setting setting, RecordComponent component) {
    Class<?> itemType =
        (Class<?>) ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
    List<Object> items = new ArrayList<>();
    for (String text : texts(setting.value())) {
      Object item = Scalars.parse(text, itemType);
      if (item == null) {
        reject(setting, "'" + text + "'", "a list of items, each " + Scalars.expected(itemType));
        return null;
      }
      items.add(item);
    }
    return List.copyOf(items);
  }

  /** A list may be written as a YAML sequence or, for the command line, with commas. */
  private static List<String> texts(Setting.Value value) {
    if (value instanceof Setting.Sequence sequence) {
      return sequence.items();
    }
    String text = ((Setting.Scalar) value).text().strip();
    return text.isEmpty() ? List.of() : Arrays.asList(text.split("\\s*,\\s*"));
  }

  private @Nullable Object scalar(Setting setting, Class<?> type) {
    if (setting.value() instanceof Setting.Scalar scalar) {
      Object parsed = Scalars.parse(scalar.text(), type);
      if (parsed == null) {
        reject(setting, "'" + scalar.text() + "'", Scalars.expected(type));
      }
      return parsed;
    }
    reject(
        setting,
        setting.value() instanceof Setting.Sequence ? "a list" : "nothing",
        Scalars.expected(type));
    return null;
  }

  private void reject(Setting setting, String found, String expected) {
    problems.add(
        "key '%s' (%s): found %s, expected %s"
            .formatted(setting.path(), setting.origin(), found, expected));
  }

  private @Nullable Object construct(
      Class<?> type, RecordComponent[] components, Object[] values, String prefix) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException invalid) {
        String section = prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1);
        problems.add("section '%s': %s".formatted(section, invalid.getMessage()));
        return null;
      }
      throw new IllegalStateException("Cannot build " + type.getName(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot build " + type.getName(), e);
    }
  }
}
