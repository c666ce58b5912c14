@NullMarked
package dev.tandem.shapeworld;

import org.jspecify.annotations.NullMarked;
