/** Files that appear complete or not at all. */
@NullMarked
package dev.tandem.policy.files;

import org.jspecify.annotations.NullMarked;
