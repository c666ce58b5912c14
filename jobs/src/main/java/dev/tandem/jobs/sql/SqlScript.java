package dev.tandem.jobs.sql;

import java.util.ArrayList;
import java.util.List;

/** Splits a script at the semicolons that end statements. */
public final class SqlScript {
  private final String script;
  private final List<String> statements = new ArrayList<>();
  private final StringBuilder statement = new StringBuilder();

  private SqlScript(String script) {
    this.script = script;
  }

  /**
   * The statements in order, without their semicolons and without comments. Semicolons and dashes
   * within quotes belong to the text.
   */
  public static List<String> statements(String script) {
    return new SqlScript(script).split();
  }

  private List<String> split() {
    int at = 0;
    while (at < script.length()) {
      char c = script.charAt(at);
      if (c == '\'' || c == '"' || c == '`') {
        at = copyQuoted(at, c);
      } else if (script.startsWith("--", at)) {
        at = endOf("\n", at);
      } else if (script.startsWith("/*", at) && !script.startsWith("/*+", at)) {
        at = endOf("*/", at);
        statement.append(' ');
      } else {
        if (c == ';') {
          finish();
        } else {
          statement.append(c);
        }
        at++;
      }
    }
    finish();
    return List.copyOf(statements);
  }

  private int copyQuoted(int start, char quote) {
    int at = start + 1;
    while (at < script.length() && script.charAt(at) != quote) {
      at += script.charAt(at) == '\\' && quote != '`' ? 2 : 1;
    }
    int end = Math.min(at + 1, script.length());
    statement.append(script, start, end);
    return end;
  }

  private int endOf(String mark, int from) {
    int end = script.indexOf(mark, from);
    if (end < 0) {
      return script.length();
    }
    return mark.equals("\n") ? end : end + mark.length();
  }

  private void finish() {
    String text = statement.toString().strip();
    if (!text.isEmpty()) {
      statements.add(text);
    }
    statement.setLength(0);
  }
}
