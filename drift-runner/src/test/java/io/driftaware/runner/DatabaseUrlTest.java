package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DatabaseUrlTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "postgresql://u:p@db:6543/app              | jdbc:postgresql://db:6543/app           | u       | p",
                "postgres://u:p@db/app                     | jdbc:postgresql://db:5432/app           | u       | p",
                "POSTGRES://db/app                         | jdbc:postgresql://db:5432/app           |         |",
                "jdbc:postgresql://db:1/app?user=u&password=p%26w | jdbc:postgresql://db:1/app       | u       | p&w",
                "jdbc:postgresql:app                       | jdbc:postgresql://localhost:5432/app    |         |",
                "postgresql:///app                         | jdbc:postgresql://localhost:5432/app    |         |",
                "postgresql://us%40er:p%2F%25%3A%40w@db/a  | jdbc:postgresql://db:5432/a             | us@er   | p/%:@w",
                "postgresql://u:a+b@db/a                   | jdbc:postgresql://db:5432/a             | u       | a+b",
                "postgresql://u:a@b@db/a                   | jdbc:postgresql://db:5432/a             | u       | a@b",
                "postgresql://u:a/b@db/a                   | jdbc:postgresql://db:5432/a             | u       | a/b",
                "postgresql://u:a?b@db/a                   | jdbc:postgresql://db:5432/a             | u       | a?b",
                "postgresql://u:p@h1:1,h2:2/a?target_session_attrs=read-write"
                        + " | jdbc:postgresql://h1:1,h2:2/a?targetServerType=primary                 | u       | p",
                "postgresql://u@db/a?sslmode=require&connect_timeout=3"
                        + " | jdbc:postgresql://db:5432/a?sslmode=require&connectTimeout=3           | u       |",
                "postgresql://db/a?options=-c%20search_path%3Dx"
                        + " | jdbc:postgresql://db:5432/a?options=-c%20search_path%3Dx               |         |",
                "postgresql://u@[::1]:5433/a               | jdbc:postgresql://[::1]:5433/a          | u       |",
                "postgresql://u:p@/a?host=db&port=7        | jdbc:postgresql://db:7/a                | u       | p",
                "postgresql://db/my%20data                 | jdbc:postgresql://db:5432/my%20data     |         |",
            })
    void an_address_is_read(String text, String jdbc, @Nullable String user, @Nullable String password) {
        DatabaseUrl url = DatabaseUrl.parse(text);

        assertThat(url.jdbcUrl()).isEqualTo(jdbc);
        assertThat(url.user().orElse(null)).isEqualTo(user);
        assertThat(url.password().orElse(null)).isEqualTo(password);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mysql://u:geheim@db/app                    | is no PostgreSQL address",
                "postgresql+psycopg2://u:geheim@db/app      | is no PostgreSQL address",
                "postgresql://USER:geheim@HOST:PORT/DBNAME  | has a port that is no number from 1 to 65535",
                "postgresql://u:geheim@db:70000/app         | has a port that is no number from 1 to 65535",
                "postgresql://u:geheim@db:0/app             | has a port that is no number from 1 to 65535",
                "postgresql://u:geheim%@db/app              | has a '%' that is not part of an encoded character",
                "postgresql://u:geheim@%2Fvar%2Frun/app     | names a Unix socket, which JDBC cannot reach",
                "postgresql://u:geheim@/app?host=/var/run   | names a Unix socket, which JDBC cannot reach",
                "postgresql://u:geheim@db/app?sslmode       | has a parameter without a value behind the '?'",
            })
    void an_address_that_cannot_be_used_says_why_and_keeps_the_password(String text, String start) {
        assertThatThrownBy(() -> DatabaseUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(start)
                .hasMessageContaining(";")
                .hasMessageNotContaining("geheim");
    }

    @Test
    void what_is_shown_has_no_password_and_no_parameters() {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://u:geheim@db/app?sslpassword=geheim&password=geheim");

        assertThat(url.redacted()).isEqualTo("postgresql://u@db:5432/app");
        assertThat(url).hasToString("postgresql://u@db:5432/app");
    }
}
