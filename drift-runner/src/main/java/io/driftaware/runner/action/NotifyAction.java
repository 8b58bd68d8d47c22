package io.driftaware.runner.action;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * Tells whoever listens on a channel of the monitor's database (LISTEN): the request as JSON. PostgreSQL takes fewer than 8,000
 * bytes; a longer request is sent without its payload, which stands in {@code drift_actions} under the idempotency key. Nobody
 * has to be listening: who must not miss one reads {@code drift_actions} after connecting.
 */
public final class NotifyAction implements DriftAction {
    /** What {@code DRIFT_ACTIONS} calls it. */
    public static final String NAME = "notify";

    /** PostgreSQL refuses 8,000 bytes. */
    static final int MOST_BYTES = 7_999;

    private static final Pattern CHANNEL = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");

    private final DataSource dataSource;
    private final String channel;

    /**
     * On a channel of this database.
     *
     * @throws IllegalArgumentException if the channel is no name
     */
    public NotifyAction(DataSource dataSource, String channel) {
        this.dataSource = dataSource;
        this.channel = channel(channel);
    }

    /** Finds the action by its name. */
    public static final class Provider implements DriftActionProvider {
        /** For the service loader. */
        public Provider() {}

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public DriftAction create(ActionContext context) {
            return new NotifyAction(
                    context.dataSource(), context.settings().getOrDefault("DRIFT_NOTIFY_CHANNEL", "drift"));
        }
    }

    /** The name of a channel, checked. */
    public static String channel(String name) {
        if (!CHANNEL.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "is no channel; set a name of letters, digits and _ with at most 63 characters");
        }
        return name;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean remedies(String kind) {
        return false;
    }

    @Override
    public ActionResult run(ActionRequest request) throws SQLException {
        String whole = RequestJson.of(request);
        boolean fits = whole.getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES;
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement("SELECT pg_notify(?, ?)")) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(true);
            statement.setString(1, channel);
            statement.setString(2, fits ? whole : RequestJson.withoutPayload(request));
            statement.execute();
            connection.setAutoCommit(autoCommit);
        }
        return new ActionResult.Succeeded(fits ? "" : "without the payload, which is over 8,000 bytes");
    }
}
