/** The learner's settings: plain records that check themselves, without heavy dependencies. */
@NullMarked
package dev.tandem.learner.config;

import org.jspecify.annotations.NullMarked;
