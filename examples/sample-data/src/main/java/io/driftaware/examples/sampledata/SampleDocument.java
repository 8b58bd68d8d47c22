package io.driftaware.examples.sampledata;

/** One generated document. */
record SampleDocument(String source, Topic topic, String title, String content, float[] embedding) {}
