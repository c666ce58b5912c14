package dev.tandem.jobs.sql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * A table as lines of text: columns as wide as their widest cell, numbers to the right.
 *
 * @param header column names
 * @param rows cells as they are printed
 * @param numeric which columns are aligned to the right
 */
public record TextTable(List<String> header, List<List<String>> rows, List<Boolean> numeric) {
  private static final int MAX_CELL = 60;

  public TextTable {
    header = List.copyOf(header);
    rows = rows.stream().map(List::copyOf).toList();
    numeric = List.copyOf(numeric);
  }

  /** A table that is aligned by what its cells look like. */
  public static TextTable of(List<String> header, List<List<String>> rows) {
    List<Boolean> numeric = new ArrayList<>();
    for (int column = 0; column < header.size(); column++) {
      int at = column;
      numeric.add(rows.stream().allMatch(row -> row.get(at).matches("[-+0-9.eE%]*")));
    }
    return new TextTable(header, rows, numeric);
  }

  /** The first {@code limit} rows of a query. */
  public static TextTable of(Dataset<Row> result, int limit) {
    List<String> header = Arrays.asList(result.columns());
    List<List<String>> rows = new ArrayList<>();
    for (Row row : result.takeAsList(limit)) {
      List<String> cells = new ArrayList<>();
      for (int i = 0; i < header.size(); i++) {
        cells.add(cell(row.get(i)));
      }
      rows.add(cells);
    }
    return of(header, rows);
  }

  private static String cell(@Nullable Object value) {
    if (value == null) {
      return "null";
    } else if (value instanceof byte[] bytes) {
      return "<" + bytes.length + " bytes>";
    } else if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      return Math.abs(number) >= 1e-4 || number == 0
          ? String.format(Locale.ROOT, "%.4f", number)
          : String.format(Locale.ROOT, "%.3e", number);
    }
    String text = String.valueOf(value).replaceAll("\\s*\\n\\s*", " / ");
    return text.length() <= MAX_CELL ? text : text.substring(0, MAX_CELL - 3) + "...";
  }

  @Override
  public String toString() {
    int[] width = new int[header.size()];
    for (int i = 0; i < width.length; i++) {
      int at = i;
      width[i] =
          rows.stream()
              .mapToInt(row -> row.get(at).length())
              .reduce(header.get(i).length(), Math::max);
    }
    List<String> lines = new ArrayList<>();
    lines.add(line(header, width));
    lines.add(Arrays.stream(width).mapToObj("-"::repeat).collect(Collectors.joining("  ")));
    rows.forEach(row -> lines.add(line(row, width)));
    return String.join(System.lineSeparator(), lines);
  }

  private String line(List<String> cells, int[] width) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < width.length; i++) {
      String padding = " ".repeat(width[i] - cells.get(i).length());
      line.append(i == 0 ? "" : "  ");
      line.append(numeric.get(i) ? padding + cells.get(i) : cells.get(i) + padding);
    }
    return line.toString().stripTrailing();
  }
}
