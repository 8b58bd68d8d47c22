package io.driftaware.runner;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the database is and who asks, read from {@code postgresql://}, {@code postgres://} or {@code jdbc:postgresql://}
 * forms. The JDBC address holds no user and no password, and {@link #toString()} shows no password.
 *
 * @param jdbcUrl what the JDBC driver takes
 * @param user the user's name, where the address has one
 * @param password the password, where the address has one
 * @param redacted the address as it may stand in a log
 */
public record DatabaseUrl(String jdbcUrl, Optional<String> user, Optional<String> password, String redacted) {
    private static final Pattern FORM = Pattern.compile("(?:jdbc:)?postgres(?:ql)?:(.*)", Pattern.CASE_INSENSITIVE);
    private static final Pattern PORT = Pattern.compile("0*[1-9]\\d{0,4}");
    private static final String REMEDY = "; write postgresql://USER:PASSWORD@HOST:PORT/NAME";
    private static final String ENCODE =
            "; percent-encode special characters in user and password ('@' is %40, '/' is %2F, '%' is %25)";
    private static final int DEFAULT_PORT = 5432;

    /** Names of libpq that the JDBC driver knows under another one. */
    private static final Map<String, String> DRIVER_NAMES = Map.of(
            "application_name", "ApplicationName",
            "connect_timeout", "connectTimeout",
            "channel_binding", "channelBinding",
            "gssencmode", "gssEncMode",
            "target_session_attrs", "targetServerType");

    private static final Map<String, String> SERVER_TYPES = Map.of(
            "any", "any",
            "read-write", "primary",
            "primary", "primary",
            "read-only", "secondary",
            "standby", "secondary",
            "prefer-standby", "preferSecondary");

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException says what is wrong and the remedy, without the address, as it may hold a password
     */
    public static DatabaseUrl parse(String url) {
        var form = FORM.matcher(url.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException("is no PostgreSQL address" + REMEDY);
        }
        String rest = form.group(1);
        int question = rest.indexOf('?', Math.max(rest.lastIndexOf('@'), 0));
        Map<String, String> parameters =
                question < 0 ? new LinkedHashMap<>() : parameters(rest.substring(question + 1));
        String place = question < 0 ? rest : rest.substring(0, question);
        String user = null;
        String password = null;
        if (place.startsWith("//")) {
            place = place.substring(2);
            int at = place.lastIndexOf('@');
            if (at >= 0) {
                String who = place.substring(0, at);
                int colon = who.indexOf(':');
                user = decoded(colon < 0 ? who : who.substring(0, colon));
                password = colon < 0 ? null : decoded(who.substring(colon + 1));
                place = place.substring(at + 1);
            }
        } else {
            // jdbc:postgresql:NAME is a database on this machine.
            place = "/" + place;
        }
        user = firstGiven(user, parameters.remove("user"));
        password = firstGiven(password, parameters.remove("password"));
        int slash = place.indexOf('/');
        String name = slash < 0 ? "" : decoded(place.substring(slash + 1));
        name = firstGiven(name, parameters.remove("dbname"));
        String hosts = hosts(slash < 0 ? place : place.substring(0, slash), parameters);
        String address = hosts + "/" + encoded(name == null ? "" : name);
        return new DatabaseUrl(
                "jdbc:postgresql://" + address + query(parameters),
                Optional.ofNullable(user),
                Optional.ofNullable(password),
                "postgresql://" + (user == null ? "" : encoded(user) + "@") + address);
    }

    private static String hosts(String listed, Map<String, String> parameters) {
        String host = parameters.remove("host");
        String port = parameters.remove("port");
        String authority = listed;
        if (authority.isEmpty() && host != null) {
            authority = port == null || host.contains(",") ? host : host + ":" + port;
        }
        List<String> hosts = new ArrayList<>();
        for (String one : authority.split(",", -1)) {
            hosts.add(host(one));
        }
        return String.join(",", hosts);
    }

    private static String host(String hostAndPort) {
        if (hostAndPort.startsWith("/") || hostAndPort.toUpperCase(Locale.ROOT).startsWith("%2F")) {
            throw new IllegalArgumentException(
                    "names a Unix socket, which JDBC cannot reach; name a host, such as localhost");
        }
        int colon = hostAndPort.indexOf(':', hostAndPort.lastIndexOf(']') + 1);
        String host = colon < 0 ? hostAndPort : hostAndPort.substring(0, colon);
        String port = colon < 0 ? "" : hostAndPort.substring(colon + 1);
        if (host.isEmpty()) {
            host = "localhost";
        }
        if (host.indexOf(' ') >= 0 || host.indexOf('[') > 0) {
            throw new IllegalArgumentException("has no usable host name" + REMEDY);
        }
        if (port.isEmpty()) {
            return host + ":" + DEFAULT_PORT;
        }
        if (!PORT.matcher(port).matches() || Integer.parseInt(port) > MonitorConfig.MAX_PORT) {
            throw new IllegalArgumentException("has a port that is no number from 1 to 65535" + REMEDY + ENCODE);
        }
        return host + ":" + port;
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                put(parameters, pair.substring(0, equals), decoded(pair.substring(equals + 1)));
            } else if (!pair.isEmpty()) {
                throw new IllegalArgumentException("has a parameter without a value behind the '?'; write NAME=VALUE");
            }
        }
        return parameters;
    }

    private static void put(Map<String, String> parameters, String name, String value) {
        if (name.equals("target_session_attrs")) {
            String type = SERVER_TYPES.get(value);
            if (type == null) {
                throw new IllegalArgumentException(
                        "has target_session_attrs=" + value + ", which is not known; use any, primary or standby");
            }
            parameters.put(DRIVER_NAMES.get(name), type);
            return;
        }
        parameters.put(DRIVER_NAMES.getOrDefault(name, name), value);
    }

    private static String query(Map<String, String> parameters) {
        StringBuilder query = new StringBuilder();
        parameters.forEach((name, value) -> query.append(query.isEmpty() ? '?' : '&')
                .append(name)
                .append('=')
                .append(encoded(value)));
        return query.toString();
    }

    private static @Nullable String firstGiven(@Nullable String first, @Nullable String second) {
        return first == null || first.isEmpty() ? second : first;
    }

    // A '+' stands for itself in these addresses.
    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("has a '%' that is not part of an encoded character" + ENCODE);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return redacted;
    }
}
