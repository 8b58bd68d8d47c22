package io.driftaware.runner.report;

import io.driftaware.runner.view.Drifted;
import io.driftaware.runner.view.Drifted.Cluster;
import io.driftaware.runner.view.Drifted.NewTopic;
import io.driftaware.runner.view.Drifted.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** What drifted: new topics, known ones then and now, and the segments that it sits in. */
final class DriftedPart {
    private DriftedPart() {}

    static List<Element> of(Drifted drifted) {
        List<Element> parts = new ArrayList<>();
        if (!drifted.newTopics().isEmpty()) {
            parts.add(Element.of("h4", "New: rows unlike the baseline that resemble each other"));
            parts.add(Element.classed(
                    "ol",
                    "topics",
                    drifted.newTopics().stream().map(DriftedPart::topic).toList()));
        }
        if (!drifted.clusters().isEmpty()) {
            double most = drifted.clusters().stream()
                    .mapToDouble(one -> Math.max(one.share(), one.shareBefore()))
                    .max()
                    .orElse(1);
            parts.add(Element.of("h4", "Known topics that changed"));
            parts.add(Element.classed(
                    "ul",
                    "clusters",
                    drifted.clusters().stream().map(one -> cluster(one, most)).toList()));
        }
        if (!drifted.segments().isEmpty()) {
            parts.add(Element.of("h4", "Where it sits"));
            parts.add(Pieces.table(
                    "Segments that add to the drift",
                    List.of("segment", "#share of rows", "#adds by its share", "#adds by its own rows", "sure of it"),
                    drifted.segments().stream().map(DriftedPart::segment).toList()));
        }
        if (!drifted.note().isEmpty()) {
            parts.add(Element.classed("p", "note", Pieces.quote(drifted.note())));
        }
        return parts;
    }

    /** A few texts that say at a glance what it is about. */
    static List<String> firstExamples(Drifted drifted, int most) {
        return Stream.concat(
                        drifted.newTopics().stream().map(NewTopic::examples),
                        drifted.clusters().stream().map(Cluster::examples))
                .map(examples -> examples.isEmpty() ? null : examples.get(0))
                .filter(Objects::nonNull)
                .limit(most)
                .toList();
    }

    private static Element topic(NewTopic topic) {
        return Element.of(
                "li",
                Element.classed("p", "topic-share", Element.of("b", Words.share(topic.share())), " of the novel rows"),
                examples(topic.examples()));
    }

    private static Element examples(List<String> texts) {
        return texts.isEmpty() ? Pieces.note("texts withheld or not stored") : Pieces.quotes(texts);
    }

    private static Element cluster(Cluster cluster, double most) {
        String now = cluster.z() > 0 ? "more" : "less";
        return Element.of(
                "li",
                Element.classed(
                        "div",
                        "then-now",
                        Element.of("span", "then"),
                        bar("then", cluster.shareBefore() / most),
                        Element.classed("span", "number", Words.share(cluster.shareBefore())),
                        Element.of("span", "now"),
                        bar(now, cluster.share() / most),
                        Element.classed("span", "number", Words.share(cluster.share()))),
                examples(cluster.examples()));
    }

    /** Drawn, not coloured by a background, which printers leave out. */
    static Element bar(String name, double share) {
        return Element.classed(
                        "svg",
                        "bar",
                        Element.classed("rect", "rail").with("width", 100).with("height", 6),
                        Element.classed("rect", name)
                                .with("width", 100 * Math.max(0, Math.min(1, share)))
                                .with("height", 6))
                .with("viewBox", "0 0 100 6")
                .with("preserveAspectRatio", "none")
                .with("aria-hidden", "true");
    }

    private static List<Object> segment(Segment segment) {
        return List.of(
                Pieces.quote(segment.segment()),
                Words.share(segment.share()),
                Words.share(segment.mix()),
                Words.share(segment.within()),
                segment.named() ? "certain" : "no");
    }
}
