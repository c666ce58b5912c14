@NullMarked
package dev.tandem.policy;

import org.jspecify.annotations.NullMarked;
