/**
 * The demo behind {@code ./drift demo}: an embedded PostgreSQL, two periods of a product assistant's traffic, and a
 * monitor that says what changed between them. Start reading at {@link io.driftaware.examples.demo.Demo}.
 */
@NullMarked
package io.driftaware.examples.demo;

import org.jspecify.annotations.NullMarked;
