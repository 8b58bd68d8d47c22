package io.driftaware.examples.demo;

import java.util.List;
import java.util.random.RandomGenerator;

/** What people ask about one subject, what the assistant answers, and the help pages on it. */
record Topic(String name, String title, List<Template> templates, List<String> answers, List<String> documents) {

    static Topic load(String name) {
        TopicFile file = TopicFile.read("topics/" + name + ".txt");
        List<Template> templates = file.section("queries").stream()
                .map(line -> Template.of(line, file.slots()))
                .toList();
        String title = file.settings().getOrDefault("title", name);
        return new Topic(name, title, templates, file.section("answers"), file.section("documents"));
    }

    /** Every query that may be asked on this topic. */
    List<String> queries() {
        return templates.stream()
                .flatMap(t -> t.sentences().stream())
                .distinct()
                .toList();
    }

    /** Each template is equally likely, and so is each of its sentences. */
    String drawQuery(RandomGenerator random) {
        return draw(draw(templates, random).sentences(), random);
    }

    String drawAnswer(RandomGenerator random) {
        return draw(answers, random);
    }

    static <T> T draw(List<T> from, RandomGenerator random) {
        return from.get(random.nextInt(from.size()));
    }
}
