package io.driftaware.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CorpusTest {
    private static final Corpus CORPUS = Corpus.load();

    @Test
    void there_are_twelve_topics_and_three_new_ones() {
        assertThat(CORPUS.topics()).hasSize(12);
        assertThat(CORPUS.newTopics()).hasSize(3);
        assertThat(CORPUS.allTopics().map(Topic::title)).doesNotHaveDuplicates();
    }

    @Test
    void the_twelve_topics_have_far_more_than_1500_distinct_queries() {
        Set<String> distinct = new HashSet<>();
        CORPUS.topics().forEach(topic -> topic.queries().forEach(query -> distinct.add(normalised(query))));

        assertThat(distinct).hasSizeGreaterThanOrEqualTo(1_500);
    }

    @Test
    void no_query_belongs_to_two_topics() {
        Map<String, String> topicOf = new HashMap<>();
        CORPUS.allTopics().forEach(topic -> topic.queries().forEach(query -> {
            String other = topicOf.put(normalised(query), topic.name());
            assertThat(other).as(query).isIn(null, topic.name());
        }));
    }

    @Test
    void every_topic_has_many_phrasings_and_enough_answers() {
        assertThat(CORPUS.allTopics().toList()).allSatisfy(topic -> {
            assertThat(topic.templates()).as(topic.name()).hasSizeGreaterThanOrEqualTo(20);
            assertThat(topic.queries()).as(topic.name()).hasSizeGreaterThanOrEqualTo(150);
            assertThat(topic.answers()).as(topic.name()).hasSizeGreaterThanOrEqualTo(4);
        });
    }

    @Test
    void no_text_is_empty_or_has_leftovers_of_the_template_syntax() {
        Stream<String> texts = CORPUS.allTopics()
                .flatMap(topic -> Stream.of(topic.queries(), topic.answers(), topic.documents()))
                .flatMap(List::stream);

        assertThat(Stream.concat(texts, CORPUS.rudeReplies().stream()))
                .allSatisfy(text -> assertThat(text).isNotBlank().doesNotContain("{", "}", "(", ")", "|", "  "));
    }

    @Test
    void there_are_enough_documents_for_a_comparison() {
        assertThat(CORPUS.documents()).hasSizeGreaterThanOrEqualTo(60).doesNotHaveDuplicates();
    }

    private static String normalised(String query) {
        return query.toLowerCase(Locale.ROOT);
    }
}
