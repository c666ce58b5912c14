/** What a policy can do on held-out ShapeWorld items, skill by skill, with intervals. */
@NullMarked
package dev.tandem.jobs.examination;

import org.jspecify.annotations.NullMarked;
