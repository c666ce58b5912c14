@NullMarked
package dev.tandem.rollout;

import org.jspecify.annotations.NullMarked;
