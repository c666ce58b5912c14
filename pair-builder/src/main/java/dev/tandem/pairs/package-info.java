@NullMarked
package dev.tandem.pairs;

import org.jspecify.annotations.NullMarked;
