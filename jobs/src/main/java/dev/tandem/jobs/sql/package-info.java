/** Scripts of SQL statements over the tables, and their results as text. */
@NullMarked
package dev.tandem.jobs.sql;

import org.jspecify.annotations.NullMarked;
