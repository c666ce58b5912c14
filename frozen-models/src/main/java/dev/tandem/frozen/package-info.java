@NullMarked
package dev.tandem.frozen;

import org.jspecify.annotations.NullMarked;
