package dev.tandem.frozen.chat;

import dev.tandem.schemas.Identifiers;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The wording of a kind of question and the form of its answer, from the resource files {@code
 * <name>.txt} and {@code <name>.schema.json}. A line {@code ---} parts what the model is told to be
 * from what it is asked; {@code {key}} stands for a value.
 *
 * @param name file name without extension
 * @param version name and digest of both files: another wording is another template
 */
public record PromptTemplate(
    String name, String version, String system, String user, AnswerSchema schema)
    implements Serializable {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z_]+)\\}");
  private static final String PART = "\n---\n";
  private static final int VERSION_DIGITS = 12;

  /** Reads the template that lies beside the class. */
  public static PromptTemplate load(Class<?> beside, String folder, String name) {
    return of(
        name,
        read(beside, folder + "/" + name + ".txt"),
        read(beside, folder + "/" + name + ".schema.json"));
  }

  /**
   * A template of the given texts.
   *
   * @param schema of the answer
   * @throws IllegalStateException if the text has no line {@code ---}
   */
  public static PromptTemplate of(String name, String text, String schema) {
    int part = text.indexOf(PART);
    if (part < 0) {
      throw new IllegalStateException("The template " + name + " has no line ---");
    }
    byte[] both = (text + '\0' + schema).getBytes(StandardCharsets.UTF_8);
    return new PromptTemplate(
        name,
        name + "@" + Identifiers.sha256(both).substring(0, VERSION_DIGITS),
        text.substring(0, part).strip(),
        text.substring(part + PART.length()).strip(),
        new AnswerSchema(name, schema));
  }

  /**
   * The question with its values; braces within a value stay as they are.
   *
   * @throws IllegalArgumentException if a placeholder has no value
   */
  public String render(Map<String, String> values) {
    return PLACEHOLDER
        .matcher(user)
        .replaceAll(match -> Matcher.quoteReplacement(value(match, values)))
        .strip();
  }

  private String value(MatchResult placeholder, Map<String, String> values) {
    String value = values.get(placeholder.group(1));
    if (value == null) {
      throw new IllegalArgumentException(
          "No value for %s in the template %s".formatted(placeholder.group(), name));
    }
    return value;
  }

  private static String read(Class<?> beside, String file) {
    try (InputStream in = beside.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("Resource " + file + " is missing beside " + beside);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the resource " + file, e);
    }
  }
}
