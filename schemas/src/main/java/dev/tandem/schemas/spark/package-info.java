/** What the stages ask of Spark itself. */
@NullMarked
package dev.tandem.schemas.spark;

import org.jspecify.annotations.NullMarked;
