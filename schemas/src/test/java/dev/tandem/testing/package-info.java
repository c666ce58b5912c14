/** What the tests of all modules share: a Spark session and the golden vectors. */
package dev.tandem.testing;
