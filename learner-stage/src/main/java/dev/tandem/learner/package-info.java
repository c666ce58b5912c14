@NullMarked
package dev.tandem.learner;

import org.jspecify.annotations.NullMarked;
