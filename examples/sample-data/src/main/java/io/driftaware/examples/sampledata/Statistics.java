package io.driftaware.examples.sampledata;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the tables hold, generated or not. */
record Statistics(long documents, List<Period> periods, List<TopicCount> recentTopics) {

    /** Rates are over known flags, 0 to 1; null where there is nothing to average. */
    record Period(
            String name,
            long interactions,
            @Nullable Double refusalRate,
            @Nullable Double toxicityRate,
            @Nullable Double feedback) {}

    record TopicCount(String topic, long interactions) {}

    static Statistics read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return new Statistics(documents(statement), periods(statement), recentTopics(statement));
        }
    }

    private static long documents(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT count(*) FROM documents")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static List<Period> periods(Statement statement) throws SQLException {
        List<Period> periods = new ArrayList<>();
        try (ResultSet row = statement.executeQuery(
                """
                SELECT CASE
                           WHEN timestamp >= now() - INTERVAL '7 days' THEN 'Recent'
                           WHEN timestamp >= now() - INTERVAL '37 days'
                            AND timestamp < now() - INTERVAL '30 days' THEN 'Baseline'
                           ELSE 'Other'
                       END AS period,
                       count(*),
                       avg(refusal_flag::int)::float8,
                       avg(toxicity_flag::int)::float8,
                       avg(user_feedback_score)::float8
                FROM interaction_log
                GROUP BY period
                ORDER BY period
                """)) {
            while (row.next()) {
                periods.add(
                        new Period(row.getString(1), row.getLong(2), number(row, 3), number(row, 4), number(row, 5)));
            }
        }
        return periods;
    }

    private static List<TopicCount> recentTopics(Statement statement) throws SQLException {
        List<TopicCount> topics = new ArrayList<>();
        try (ResultSet row = statement.executeQuery(
                """
                SELECT coalesce(topic, '(none)'), count(*)
                FROM interaction_log
                WHERE timestamp >= now() - INTERVAL '7 days'
                GROUP BY topic
                ORDER BY count(*) DESC, topic
                """)) {
            while (row.next()) {
                topics.add(new TopicCount(row.getString(1), row.getLong(2)));
            }
        }
        return topics;
    }

    private static @Nullable Double number(ResultSet row, int column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? null : value;
    }

    String toText() {
        StringBuilder text = new StringBuilder();
        text.append("Documents: ").append(documents).append("\n\nInteractions:\n");
        text.append(line("", "count", "refusals", "toxic", "feedback"));
        for (Period p : periods) {
            text.append(line(
                    p.name,
                    Long.toString(p.interactions),
                    rounded(p.refusalRate),
                    rounded(p.toxicityRate),
                    rounded(p.feedback)));
        }
        text.append("\nTopics of the last 7 days:\n");
        recentTopics.forEach(t -> text.append(String.format(Locale.ROOT, "  %-12s%7d%n", t.topic, t.interactions)));
        return text.toString();
    }

    private static String line(String name, String count, String refusals, String toxic, String feedback) {
        return String.format(Locale.ROOT, "  %-12s%7s%11s%8s%11s%n", name, count, refusals, toxic, feedback);
    }

    private static String rounded(@Nullable Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, "%.3f", value);
    }
}
