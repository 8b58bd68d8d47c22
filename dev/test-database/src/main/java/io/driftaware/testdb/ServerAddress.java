package io.driftaware.testdb;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** Where a server listens, and as whom to log in. {@code database} is one that exists, for administration. */
record ServerAddress(
        String host, int port, String database, String user, @Nullable String password, Map<String, String> options) {

    ServerAddress {
        options = Map.copyOf(options);
    }

    /** Reads {@code postgres://}, {@code postgresql://} and {@code jdbc:postgresql://} forms. */
    static ServerAddress parse(String name, String url) {
        String plain = url.strip().replaceFirst("^jdbc:", "");
        if (!plain.matches("(?s)postgres(ql)?://.+")) {
            throw new IllegalArgumentException(
                    name + " is not a PostgreSQL URL (value not shown, it may hold a password):"
                            + " write postgresql://user:password@host:5432/database");
        }
        URI uri;
        try {
            uri = URI.create(plain);
        } catch (IllegalArgumentException e) {
            // The cause would show the password.
            throw new IllegalArgumentException(
                    name + " is not a valid URL: percent-encode special characters of user and password");
        }
        if (uri.getHost() == null) {
            throw new IllegalArgumentException(
                    name + " names no single host: write postgresql://user:password@host:5432/database");
        }
        Map<String, String> options = new TreeMap<>();
        if (uri.getRawQuery() != null) {
            for (String option : uri.getRawQuery().split("&")) {
                String[] pair = option.split("=", 2);
                options.put(decode(pair[0]), pair.length == 2 ? decode(pair[1]) : "");
            }
        }
        String[] login = uri.getRawUserInfo() == null
                ? new String[0]
                : uri.getRawUserInfo().split(":", 2);
        String user = options.remove("user");
        String password = options.remove("password");
        if (login.length > 0) {
            user = decode(login[0]);
        }
        if (login.length > 1) {
            password = decode(login[1]);
        }
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceFirst("^/", "");
        return new ServerAddress(
                uri.getHost(),
                uri.getPort() < 0 ? 5432 : uri.getPort(),
                path.isEmpty() ? "postgres" : decode(path),
                user == null ? "postgres" : user,
                password,
                options);
    }

    ServerAddress withDatabase(String name) {
        return new ServerAddress(host, port, name, user, password, options);
    }

    ServerAddress withPassword(String newPassword) {
        return new ServerAddress(host, port, database, user, newPassword, options);
    }

    PGSimpleDataSource dataSource() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(jdbcUrl());
        return source;
    }

    /** {@code jdbc:postgresql://host:port/database?user=..&password=..}. */
    String jdbcUrl() {
        StringBuilder url = new StringBuilder("jdbc:postgresql://" + host + ":" + port + "/" + encode(database));
        url.append("?user=").append(encode(user));
        if (password != null) {
            url.append("&password=").append(encode(password));
        }
        options.forEach((name, value) ->
                url.append('&').append(encode(name)).append('=').append(encode(value)));
        return url.toString();
    }

    /** {@code postgresql://user:password@host:port/database}, as {@code DATABASE_URL} has it. */
    String url() {
        StringBuilder url = new StringBuilder("postgresql://" + encode(user));
        if (password != null) {
            url.append(':').append(encode(password));
        }
        url.append('@').append(host).append(':').append(port).append('/').append(encode(database));
        char separator = '?';
        for (Map.Entry<String, String> option : options.entrySet()) {
            url.append(separator).append(encode(option.getKey())).append('=').append(encode(option.getValue()));
            separator = '&';
        }
        return url.toString();
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Without the password. */
    @Override
    public String toString() {
        return user + "@" + host + ":" + port + "/" + database;
    }
}
