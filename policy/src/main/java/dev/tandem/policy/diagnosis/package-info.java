/** Small measurements that tell whether libtorch and a policy work on a machine, and how fast. */
@NullMarked
package dev.tandem.policy.diagnosis;

import org.jspecify.annotations.NullMarked;
