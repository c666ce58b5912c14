package dev.tandem.jobs.report;

import dev.tandem.jobs.sql.TextTable;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/** The numbers of the newest build of pairs as text, one table a measure. */
public final class PairReport {
  private static final int BAR = 40;
  private static final int MAX_ITEMS = 24;

  private PairReport() {}

  /** Reads the table {@code pair_statistics}. */
  public static String of(Warehouse warehouse) {
    Map<String, List<Item>> measures = new LinkedHashMap<>();
    for (Row row : warehouse.read(Table.PAIR_STATISTICS).orderBy("place").collectAsList()) {
      measures
          .computeIfAbsent(row.getAs("measure"), measure -> new ArrayList<>())
          .add(new Item(row.getAs("item"), row.<Long>getAs("value")));
    }
    List<String> tables = new ArrayList<>();
    measures.forEach((measure, items) -> tables.add(table(measure, items)));
    String blankLine = System.lineSeparator().repeat(2);
    return String.join(blankLine, tables);
  }

  private record Item(String name, long value) {}

  private static String table(String measure, List<Item> items) {
    boolean bars = !measure.equals("count");
    long most = items.stream().mapToLong(Item::value).max().orElse(0);
    List<String> header = new ArrayList<>(List.of(title(measure), unit(measure)));
    List<List<String>> rows = new ArrayList<>();
    for (Item item : shown(measure, items)) {
      List<String> cells = new ArrayList<>(List.of(item.name(), Long.toString(item.value())));
      if (bars) {
        cells.add("#".repeat((int) Math.min(BAR, (item.value() * BAR + most - 1) / most)));
      }
      rows.add(cells);
    }
    List<Boolean> right = new ArrayList<>(List.of(measure.equals("similarity"), true));
    if (bars) {
      header.add("");
      right.add(false);
    }
    return new TextTable(header, rows, right).toString();
  }

  /** Of many tags the most frequent ones, and the rest in one line. */
  private static List<Item> shown(String measure, List<Item> items) {
    if (items.size() <= MAX_ITEMS || !measure.endsWith("_tag")) {
      return items;
    }
    List<Item> sorted = new ArrayList<>(items);
    sorted.sort((one, other) -> Long.compare(other.value(), one.value()));
    List<Item> shown = new ArrayList<>(sorted.subList(0, MAX_ITEMS - 1));
    List<Item> rest = sorted.subList(MAX_ITEMS - 1, sorted.size());
    long others = rest.stream().mapToLong(Item::value).sum();
    shown.add(new Item("%d others".formatted(rest.size()), others));
    return shown;
  }

  private static String title(String measure) {
    return switch (measure) {
      case "count" -> "step";
      case "cluster_size" -> "images in a cluster";
      case "similarity" -> "similarity from";
      default -> measure.replace('_', ' ');
    };
  }

  private static String unit(String measure) {
    return switch (measure) {
      case "count" -> "count";
      case "cluster_size" -> "clusters";
      default -> "pairs";
    };
  }
}
