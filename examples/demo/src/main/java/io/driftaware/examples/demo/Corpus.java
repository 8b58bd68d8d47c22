package io.driftaware.examples.demo;

import java.util.List;
import java.util.stream.Stream;

/**
 * The traffic of a smart-home maker's assistant: twelve topics that both periods are drawn from, and three that came
 * up lately.
 */
record Corpus(List<Topic> topics, List<Topic> newTopics, List<String> refusals, List<String> rudeReplies) {
    private static final List<String> NAMES = List.of(
            "lights",
            "network",
            "heating",
            "orders",
            "cameras",
            "account",
            "locks",
            "routines",
            "vacuum",
            "speakers",
            "billing",
            "returns");
    private static final List<String> NEW_NAMES = List.of("new-ev-charging", "new-solar-battery", "new-robot-mower");

    static Corpus load() {
        TopicFile replies = TopicFile.read("replies.txt");
        return new Corpus(
                NAMES.stream().map(Topic::load).toList(),
                NEW_NAMES.stream().map(Topic::load).toList(),
                replies.section("refusals"),
                replies.section("rude"));
    }

    Stream<Topic> allTopics() {
        return Stream.concat(topics.stream(), newTopics.stream());
    }

    /** The help pages, which are the same in both periods. */
    List<String> documents() {
        return topics.stream().flatMap(topic -> topic.documents().stream()).toList();
    }
}
