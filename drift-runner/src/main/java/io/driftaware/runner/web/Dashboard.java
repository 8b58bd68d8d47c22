package io.driftaware.runner.web;

import io.driftaware.runner.view.Views;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/**
 * What the dashboard and its API show, and to whom. Anybody who reaches the port sees numbers; texts and names that came from
 * users are for those with a token, or where there is none for callers at this machine.
 *
 * @param views of the database
 * @param readTokens that let somebody see texts, wherever they are; empty for callers at this machine and nobody else
 */
public record Dashboard(Views views, List<String> readTokens) {
    /** Copies the list. */
    public Dashboard {
        readTokens = List.copyOf(readTokens);
        if (readTokens.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("a token is blank: give one that cannot be guessed");
        }
    }

    /** Whether the token is one of them; takes as long for one that nearly is. */
    boolean knows(String token) {
        boolean known = false;
        for (String one : readTokens) {
            known |=
                    MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
        }
        return known;
    }

    @Override
    public String toString() {
        return "Dashboard[" + readTokens.size() + " tokens]";
    }
}
