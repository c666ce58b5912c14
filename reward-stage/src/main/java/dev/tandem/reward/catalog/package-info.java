/** The rewards that a configuration can name, and how they are made in tasks. */
@NullMarked
package dev.tandem.reward.catalog;

import org.jspecify.annotations.NullMarked;
