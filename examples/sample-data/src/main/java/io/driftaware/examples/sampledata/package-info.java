/**
 * Fills a database with generated documents, interactions and embeddings of known behaviour. Start reading at
 * {@link io.driftaware.examples.sampledata.SampleData}.
 */
@NullMarked
package io.driftaware.examples.sampledata;

import org.jspecify.annotations.NullMarked;
