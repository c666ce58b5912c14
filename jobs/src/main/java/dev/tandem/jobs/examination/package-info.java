/** What a policy can do on fresh ShapeWorld items, skill by skill, with intervals. */
@NullMarked
package dev.tandem.jobs.examination;

import org.jspecify.annotations.NullMarked;
