@NullMarked
package dev.tandem.reward;

import org.jspecify.annotations.NullMarked;
