package dev.tandem.schemas;

/**
 * A column of a table.
 *
 * @param name name in SQL
 * @param type type in Spark's DDL, for example {@code ARRAY<FLOAT>}
 * @param nullable whether null is a value; the comment says what it means
 * @param comment meaning, unit and shape, shown by {@code DESCRIBE TABLE}
 */
public record Column(String name, String type, boolean nullable, String comment) {

  /** This column as it stands in a {@code CREATE TABLE} statement or a schema string. */
  public String ddl() {
    return "%s %s%s COMMENT '%s'"
        .formatted(name, type, nullable ? "" : " NOT NULL", comment.replace("'", "\\'"));
  }
}
