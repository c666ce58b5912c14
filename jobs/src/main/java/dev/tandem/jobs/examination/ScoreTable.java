package dev.tandem.jobs.examination;

import dev.tandem.jobs.sql.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Scores as a table to read: what a line has in common with the one above is left out. */
final class ScoreTable {
  private static final List<String> HEADER =
      List.of("skill", "measure", "of", "items", "share", "95 % from", "to");

  private ScoreTable() {}

  static TextTable of(List<Score> scores) {
    List<List<String>> rows = new ArrayList<>();
    String skill = "";
    String measure = "";
    for (Score score : scores) {
      boolean sameSkill = score.skill().equals(skill);
      boolean same = sameSkill && score.measure().equals(measure);
      skill = score.skill();
      measure = score.measure();
      rows.add(
          List.of(
              sameSkill ? "" : skill,
              same ? "" : measure,
              score.group(),
              Integer.toString(score.count()),
              number(score.share()),
              number(score.interval().low()),
              number(score.interval().high())));
    }
    return TextTable.of(HEADER, rows);
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.3f", value);
  }
}
