package io.driftaware.examples.sampledata;

/** The metadata by which a generated row is known again. */
final class SampleMark {
    private SampleMark() {}

    static String document(Topic topic) {
        return "{\"topic\": \"" + topic.label() + "\", \"generated\": true}";
    }

    static String documentEmbedding(Topic topic, long documentId) {
        return "{\"topic\": \"" + topic.label() + "\", \"document_id\": " + documentId + ", \"generated\": true}";
    }

    static String interaction(Topic topic, Scenario scenario) {
        return "{\"topic\": \"" + topic.label() + "\", \"scenario\": \"" + scenario + "\", \"generated\": true}";
    }
}
