package dev.tandem.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;

/**
 * Golden vectors: files of numbers that reference implementations produced, read in place. The
 * folder is the environment variable {@code TANDEM_GOLDEN}, else {@code ../shared/golden} seen from
 * the project's root. Tests that use it carry the tag {@code golden} and are skipped, with a
 * message, where the folder is missing.
 */
public final class Golden {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Golden() {}

  /** One case: what went into the reference implementation and what came out. */
  public record Case(String id, String fn, JsonNode inputs, JsonNode outputs, JsonNode all) {
    @Override
    public String toString() {
      return id;
    }
  }

  /** What to do with one case. */
  @FunctionalInterface
  public interface Check {
    void accept(Case golden) throws Exception;
  }

  /** All cases of a file, for example {@code papers/pairuni.json}; fails if there is none. */
  public static List<Case> cases(String file) {
    List<Case> cases = new ArrayList<>();
    for (JsonNode node : document(file).path("cases")) {
      cases.add(
          new Case(
              node.path("id").asText(),
              node.path("fn").asText(),
              node.path("inputs"),
              node.path("outputs"),
              node));
    }
    assertThat(cases).as("cases of " + file).isNotEmpty();
    return cases;
  }

  /** The cases of one function of a file; fails if there is none. */
  public static List<Case> cases(String file, String fn) {
    List<Case> cases = cases(file).stream().filter(golden -> golden.fn().equals(fn)).toList();
    assertThat(cases).as("cases of " + fn + " in " + file).isNotEmpty();
    return cases;
  }

  /**
   * Fails if the file has a case of another function, which would be passed over by tests that ask
   * for the cases of one.
   */
  public static void requireKnown(String file, String... functions) {
    assertThat(functions).as("functions with a test").contains(functionsOf(file));
  }

  private static String[] functionsOf(String file) {
    return cases(file).stream().map(Case::fn).distinct().toArray(String[]::new);
  }

  /** One dynamic test per case of the function, to be returned by a {@code TestFactory}. */
  public static Stream<DynamicTest> tests(String file, String fn, Check check) {
    return cases(file, fn).stream()
        .map(golden -> DynamicTest.dynamicTest(golden.id(), () -> check.accept(golden)));
  }

  /** The whole JSON document of a file. */
  public static JsonNode document(String file) {
    try {
      return JSON.readTree(path(file).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the golden file " + file, e);
    }
  }

  /** A file of the folder, for example one with weights; skips the test if it is missing. */
  public static Path path(String file) {
    Path path = folder().resolve(file);
    Assumptions.assumeTrue(
        Files.exists(path),
        () -> "Skipped: no golden file " + path + " (set TANDEM_GOLDEN to the folder that has it)");
    return path;
  }

  /** The shared data folder next to the golden folder; skips the test if it is missing. */
  public static Path data(String file) {
    Path path = projectRoot().resolve("../shared/data").resolve(file).normalize();
    Assumptions.assumeTrue(Files.exists(path), () -> "Skipped: no shared data " + path);
    return path;
  }

  /** The folder with the golden files, whether it exists or not. */
  public static Path folder() {
    String configured = System.getenv("TANDEM_GOLDEN");
    return configured != null
        ? Path.of(configured)
        : projectRoot().resolve("../shared/golden").normalize();
  }

  /** The folder that holds the project's modules and documents. */
  public static Path projectRoot() {
    String root = System.getProperty("tandem.root");
    return (root != null ? Path.of(root) : Path.of("").toAbsolutePath().getParent())
        .toAbsolutePath();
  }
}
