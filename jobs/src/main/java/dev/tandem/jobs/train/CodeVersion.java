package dev.tandem.jobs.train;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** The version of this code, written into the jar by the build. */
final class CodeVersion {
  private static final String RESOURCE = "/dev/tandem/jobs/build.properties";

  private CodeVersion() {}

  /** Maven version and, where the build saw a Git checkout, the commit. */
  static String current() {
    try (InputStream in = CodeVersion.class.getResourceAsStream(RESOURCE)) {
      Properties build = new Properties();
      build.load(Objects.requireNonNull(in, RESOURCE));
      return build.getProperty("version", "unknown");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + RESOURCE, e);
    }
  }
}
