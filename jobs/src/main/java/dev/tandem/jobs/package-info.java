@NullMarked
package dev.tandem.jobs;

import org.jspecify.annotations.NullMarked;
