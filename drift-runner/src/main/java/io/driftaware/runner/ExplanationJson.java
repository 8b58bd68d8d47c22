package io.driftaware.runner;

import com.fasterxml.jackson.core.JsonGenerator;
import io.driftaware.runner.Explanation.ClusterShift;
import io.driftaware.runner.Explanation.SegmentShift;
import io.driftaware.runner.Explanation.Topic;
import java.io.IOException;
import java.util.List;

/** An explanation as JSON, the same in reports, events and episodes. */
final class ExplanationJson {
    private ExplanationJson() {}

    static void write(JsonGenerator json, Explanation explanation) throws IOException {
        json.writeStartObject();
        json.writeNumberField("drifted_share", explanation.driftedShare());
        json.writeArrayFieldStart("new_topics");
        for (Topic topic : explanation.topics()) {
            json.writeStartObject();
            json.writeNumberField("rows", topic.rows());
            json.writeNumberField("share", topic.share());
            examples(json, topic.examples());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("clusters");
        for (ClusterShift cluster : explanation.clusters()) {
            json.writeStartObject();
            json.writeNumberField("cluster", cluster.cluster());
            json.writeNumberField("share_before", cluster.shareBefore());
            json.writeNumberField("share", cluster.share());
            json.writeNumberField("z", cluster.z());
            examples(json, cluster.examples());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("segments");
        for (SegmentShift segment : explanation.segments()) {
            json.writeStartObject();
            json.writeStringField("segment", segment.segment());
            json.writeNumberField("share", segment.share());
            json.writeNumberField("mix", segment.mix());
            json.writeNumberField("within", segment.within());
            json.writeBooleanField("named", segment.named());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeStringField("note", explanation.note());
        json.writeEndObject();
    }

    static Explanation read(JsonNode node) {
        return new Explanation(
                node.real("drifted_share"),
                node.nodes("new_topics").stream()
                        .map(topic -> new Topic(topic.whole("rows"), topic.real("share"), topic.texts("examples")))
                        .toList(),
                node.nodes("clusters").stream()
                        .map(cluster -> new ClusterShift(
                                Math.toIntExact(cluster.whole("cluster")),
                                cluster.real("share_before"),
                                cluster.real("share"),
                                cluster.real("z"),
                                cluster.texts("examples")))
                        .toList(),
                node.nodes("segments").stream()
                        .map(segment -> new SegmentShift(
                                segment.text("segment"),
                                segment.real("share"),
                                segment.real("mix"),
                                segment.real("within"),
                                Boolean.TRUE.equals(segment.get("named"))))
                        .toList(),
                node.text("note"));
    }

    private static void examples(JsonGenerator json, List<String> examples) throws IOException {
        json.writeArrayFieldStart("examples");
        for (String example : examples) {
            json.writeString(example);
        }
        json.writeEndArray();
    }
}
