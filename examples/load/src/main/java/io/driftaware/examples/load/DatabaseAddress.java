package io.driftaware.examples.load;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** DATABASE_URL in the forms that hosts give it: {@code postgres://}, {@code postgresql://} or {@code jdbc:postgresql:}. */
record DatabaseAddress(String jdbcUrl, @Nullable String user, @Nullable String password) {

    static DatabaseAddress parse(@Nullable String url) {
        if (url == null || url.isBlank()) {
            throw new IllegalArgumentException(
                    "DATABASE_URL is not set: export it as postgresql://user:password@host/database");
        }
        if (url.startsWith("jdbc:postgresql:")) {
            return new DatabaseAddress(url, null, null);
        }
        URI uri = uri(url);
        if (uri.getHost() == null || !uri.getScheme().matches("postgres(ql)?")) {
            throw new IllegalArgumentException(
                    "DATABASE_URL is no PostgreSQL address: give postgresql://user:password@host:port/database");
        }
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String jdbcUrl = "jdbc:postgresql://" + uri.getHost() + port + uri.getRawPath() + query;
        if (uri.getRawUserInfo() == null) {
            return new DatabaseAddress(jdbcUrl, null, null);
        }
        String[] who = uri.getRawUserInfo().split(":", 2);
        return new DatabaseAddress(jdbcUrl, decoded(who[0]), who.length < 2 ? null : decoded(who[1]));
    }

    /** Without the address in the message: it may hold a password. */
    private static URI uri(String url) {
        try {
            return URI.create(url.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "DATABASE_URL cannot be read: percent-encode special characters in user and password");
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    DataSource dataSource() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(jdbcUrl);
        if (user != null) {
            source.setUser(user);
        }
        if (password != null) {
            source.setPassword(password);
        }
        return source;
    }
}
