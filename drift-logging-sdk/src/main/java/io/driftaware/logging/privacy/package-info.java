/**
 * What is kept of texts, and what is taken out of them before they leave the heap. Start at
 * {@link io.driftaware.logging.privacy.ContentCapture} and {@link io.driftaware.logging.privacy.Redactor}.
 *
 * <p>{@code StandardRedactor} goes once through a text and asks, where a match can begin, {@code Emails}, {@code Secrets},
 * {@code Labels}, {@code Numbers}, {@code Ibans} and {@code Ipv6}; {@code JsonTexts} brings a redactor to the strings within JSON.
 */
@NullMarked
package io.driftaware.logging.privacy;

import org.jspecify.annotations.NullMarked;
