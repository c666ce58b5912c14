@NullMarked
package dev.tandem.schemas;

import org.jspecify.annotations.NullMarked;
