package io.driftaware.examples.demo;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** What was asked in the last seven days, read from the log: what a person wants to see beside the numbers. */
record Excerpts(List<Line> recent) {
    private static final Duration RECENT = Duration.ofDays(7);

    /**
     * One interaction.
     *
     * @param newTopic whether nobody asked about its topic before
     */
    record Line(String query, String reply, String topic, boolean refused, boolean newTopic) {}

    /** In an order that is the same at each start, and has nothing to do with topics or time. */
    static Excerpts read(DataSource dataSource, Instant now) throws SQLException {
        List<Line> lines = new ArrayList<>();
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement(
                        """
                        SELECT user_query, model_response, topic, refusal_flag,
                               topic NOT IN (SELECT topic FROM interaction_log WHERE timestamp < ?) AS new_topic
                        FROM interaction_log
                        WHERE timestamp >= ?
                        ORDER BY md5(user_query), id
                        """)) {
            query.setObject(1, now.minus(RECENT).atOffset(ZoneOffset.UTC));
            query.setObject(2, now.minus(RECENT).atOffset(ZoneOffset.UTC));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    lines.add(new Line(
                            row.getString(1),
                            row.getString(2),
                            row.getString(3),
                            row.getBoolean(4),
                            row.getBoolean(5)));
                }
            }
        }
        return new Excerpts(List.copyOf(lines));
    }

    long newTopicQueries() {
        return recent.stream().filter(Line::newTopic).count();
    }

    List<String> newTopics() {
        return recent.stream()
                .filter(Line::newTopic)
                .collect(Collectors.groupingBy(Line::topic, Collectors.counting()))
                .entrySet()
                .stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The first queries that fit, each once, at most two of a topic. */
    List<Line> some(int count, Predicate<Line> wanted) {
        Map<String, Integer> perTopic = new HashMap<>();
        Set<String> shown = new HashSet<>();
        return recent.stream()
                .filter(wanted)
                .filter(line -> shown.add(line.query()))
                .filter(line -> perTopic.merge(line.topic(), 1, Integer::sum) <= 2)
                .limit(count)
                .toList();
    }
}
