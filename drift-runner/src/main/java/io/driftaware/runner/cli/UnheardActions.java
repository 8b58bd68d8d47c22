package io.driftaware.runner.cli;

import io.driftaware.runner.store.Episode;
import io.driftaware.runner.store.EpisodeStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An episode asks its actions once, when it opens, of those that are set in the process that checks. One that a check with other
 * settings opened never asks those that a monitor has which is started later: whoever waits for a call has to know.
 */
final class UnheardActions {
    private UnheardActions() {}

    /**
     * A line for each open episode that did not ask all of them.
     *
     * @param actions that are set now
     */
    static List<String> lines(Connection connection, List<String> actions, Instant now) throws SQLException {
        EpisodeStore episodes = new EpisodeStore(connection, now);
        Map<Long, Set<String>> asked = episodes.asked();
        List<String> lines = new ArrayList<>();
        for (Episode episode : episodes.open().values()) {
            Set<String> heard = asked.getOrDefault(episode.id(), Set.of());
            List<String> unheard = actions.stream()
                    .distinct()
                    .filter(action -> !heard.contains(action))
                    .toList();
            if (!unheard.isEmpty()) {
                lines.add(line(episode, heard, unheard));
            }
        }
        return lines;
    }

    private static String line(Episode episode, Set<String> heard, List<String> unheard) {
        String stream = episode.stream().label();
        return "episode " + episode.id() + " of " + stream + " is open since "
                + episode.openedAt().truncatedTo(ChronoUnit.SECONDS) + " and asked "
                + (heard.isEmpty() ? "no action" : String.join(", ", heard)) + " when it opened: "
                + String.join(", ", unheard)
                + " will not hear of it. Look at it now (check, or the dashboard); once it has ended, the next episode of "
                + stream + " asks again. If this is the new normal, baseline accept --stream " + stream + " ends it.";
    }
}
