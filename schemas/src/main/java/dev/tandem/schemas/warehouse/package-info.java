/** Delta tables below one folder, and Spark sessions that can read and write them. */
@NullMarked
package dev.tandem.schemas.warehouse;

import org.jspecify.annotations.NullMarked;
