package io.driftaware.testdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAddressTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres://me:p%40ss@db.example:6543/app?sslmode=require",
                "postgresql://me:p%40ss@db.example:6543/app?sslmode=require",
                "jdbc:postgresql://me:p%40ss@db.example:6543/app?sslmode=require",
                "jdbc:postgresql://db.example:6543/app?user=me&password=p%40ss&sslmode=require"
            })
    void every_form_names_the_same_server(String url) {
        ServerAddress address = ServerAddress.parse("X", url);
        assertThat(address.url()).isEqualTo("postgresql://me:p%40ss@db.example:6543/app?sslmode=require");
        assertThat(address.jdbcUrl())
                .isEqualTo("jdbc:postgresql://db.example:6543/app?user=me&password=p%40ss&sslmode=require");
        assertThat(address.dataSource().getPassword()).isEqualTo("p@ss");
    }

    @Test
    void what_is_left_out_has_postgresql_s_defaults() {
        assertThat(ServerAddress.parse("X", "postgres://db.example").url())
                .isEqualTo("postgresql://postgres@db.example:5432/postgres");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"mysql://u:secret@h/d", "secret", "postgres://u:sec ret@h/d", "postgres://u:secret@h1,h2/d"})
    void an_unusable_url_is_refused_without_showing_its_password(String url) {
        assertThatThrownBy(() -> ServerAddress.parse("DRIFT_TEST_DATABASE_URL", url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("DRIFT_TEST_DATABASE_URL")
                .hasMessageNotContaining("sec")
                .hasNoCause();
    }

    @Test
    void its_text_hides_the_password() {
        assertThat(ServerAddress.parse("X", "postgres://me:hidden@h/d")).hasToString("me@h:5432/d");
    }
}
