package dev.tandem.jobs.config;

import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Puts the layers of a configuration in order of precedence, lowest first: defaults, preset, file,
 * Spark conf ({@code spark.tandem.<key>}), {@code --set}.
 */
public final class ConfigLoader {
  /** The presets, by name. */
  public static final List<String> PRESETS =
      List.of(
          "quickstart", "learning-proof", "experiment", "photographs", "pairuni", "unigrpo", "r3");

  private static final String SPARK_PREFIX = "spark.tandem.";

  private final List<Setting> settings = new ArrayList<>();
  private final Problems problems = new Problems();

  private ConfigLoader() {
    settings.addAll(resource("defaults"));
  }

  /**
   * Loads the effective configuration.
   *
   * @param preset one of {@link #PRESETS}, or null for the defaults alone
   * @param file a YAML file, or null
   * @param properties where {@code spark-submit --conf} leaves its values: the system properties
   * @param assignments {@code a.b=c}, later ones win
   * @throws UserError that lists every problem of the configuration
   */
  public static TandemConfig load(
      @Nullable String preset,
      @Nullable Path file,
      Properties properties,
      List<String> assignments) {
    ConfigLoader loader = new ConfigLoader();
    loader.addPreset(preset);
    loader.addFile(file);
    loader.addSparkConf(properties);
    assignments.forEach(loader::addAssignment);
    TandemConfig config = RecordBinder.bind(TandemConfig.class, loader.settings, loader.problems);
    loader.problems.throwIfAny();
    if (config == null) {
      throw new IllegalStateException("A configuration without problems did not bind");
    }
    return config;
  }

  /** What every key is where nothing sets it. */
  static TandemConfig defaults() {
    return load(null, null, new Properties(), List.of());
  }

  private void addPreset(@Nullable String preset) {
    if (preset == null) {
      return;
    }
    if (PRESETS.contains(preset)) {
      settings.addAll(resource(preset));
    } else {
      problems.add(
          "unknown preset '%s' (--preset); the nearest known one is '%s', all are %s"
              .formatted(preset, Nearest.to(preset, PRESETS), String.join(", ", PRESETS)));
    }
  }

  private void addFile(@Nullable Path file) {
    if (file == null) {
      return;
    }
    if (!Files.isRegularFile(file)) {
      problems.add(
          "no file '%s' (--config); found %s, expected a YAML file"
              .formatted(file, Files.isDirectory(file) ? "a folder" : "nothing"));
      return;
    }
    try {
      settings.addAll(YamlLayer.parse(file.toString(), Files.readString(file)));
    } catch (UserError e) {
      problems.add(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      problems.add("cannot read '%s' (--config): %s".formatted(file, e.getMessage()));
    }
  }

  private void addSparkConf(Properties properties) {
    for (String name : new TreeSet<>(properties.stringPropertyNames())) {
      if (name.startsWith(SPARK_PREFIX)) {
        String key = name.substring(SPARK_PREFIX.length());
        settings.add(new Setting(key, scalar(properties.getProperty(name)), "Spark conf " + name));
      }
    }
  }

  private void addAssignment(String assignment) {
    int equals = assignment.indexOf('=');
    if (equals <= 0) {
      problems.add("--set '%s': expected key=value, such as run.seed=7".formatted(assignment));
    } else {
      settings.add(
          new Setting(
              assignment.substring(0, equals).strip(),
              scalar(assignment.substring(equals + 1).strip()),
              "--set"));
    }
  }

  private static Setting.Value scalar(String text) {
    return text.equals("null") ? new Setting.Nothing() : new Setting.Scalar(text);
  }

  private static List<Setting> resource(String name) {
    String file = name + ".yaml";
    try (InputStream in = ConfigLoader.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("Missing resource " + file);
      }
      String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return YamlLayer.parse("preset " + file, yaml);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the resource " + file, e);
    }
  }
}
