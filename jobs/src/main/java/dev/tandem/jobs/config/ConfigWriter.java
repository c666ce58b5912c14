package dev.tandem.jobs.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Prints a configuration as the YAML that loads it again. */
public final class ConfigWriter {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .build();

  private ConfigWriter() {}

  /** Every key with its effective value. */
  public static String toYaml(TandemConfig config) {
    try {
      return YAML.writeValueAsString(tree(config));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot print the configuration", e);
    }
  }

  private static @Nullable Object tree(@Nullable Object value) {
    if (value instanceof Record section) {
      Map<String, @Nullable Object> keys = new LinkedHashMap<>();
      for (RecordComponent component : section.getClass().getRecordComponents()) {
        keys.put(KeyTree.keyOf(component), tree(read(section, component)));
      }
      return keys;
    } else if (value instanceof Map<?, ?> weights) {
      return new TreeMap<>(weights);
    } else if (value instanceof List<?> items) {
      return items.stream().map(ConfigWriter::tree).toList();
    } else if (value instanceof Enum<?>) {
      return Scalars.word(value);
    } else if (value instanceof Double number && number.isInfinite()) {
      return Scalars.INFINITY;
    }
    return value;
  }

  private static @Nullable Object read(Record section, RecordComponent component) {
    try {
      return component.getAccessor().invoke(section);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot read " + component, e);
    }
  }
}
