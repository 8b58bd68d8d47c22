package io.driftaware.runner;

import java.util.Locale;

/** Writes docs/configuration.md from {@link Setting}. */
final class ConfigurationPage {
    private ConfigurationPage() {}

    static String render() {
        StringBuilder page = new StringBuilder(
                """
                # Configuration

                <!-- Generated from Setting.java; do not edit. Regenerate:
                mvn -pl drift-runner -am test -Dtest=ConfigurationPageTest -Dsurefire.failIfNoSpecifiedTests=false -Ddrift.docs.write=true
                -->

                A setting is found on the command line, else in the environment, else in the file `.env` of the working
                folder (`--env-file FILE` names another), else it has its default. On the command line each has an option of
                its own (`--check-interval-seconds 60`), and `--set NAME=VALUE` takes any. An empty value counts as not set.
                An unknown name that begins with `DRIFT_` is an error that lists the nearest known ones; `DRIFT_TEST_*`
                belongs to the tests and is ignored. Everything that is wrong is reported at once, and the program ends with
                exit code 2.

                A secret can stand in a file: `NAME_FILE` names it (`DATABASE_URL_FILE=/run/secrets/database_url`). No secret
                is logged. A secret on the command line can be seen by every user of the machine; prefer the other ways.

                In `.env` a line is `NAME=VALUE`, also with `export` in front. Quotes may be single (taken as it is) or double
                (`\\n`, `\\t`, `\\"` and `\\\\` are understood). A `#` after white space begins a comment. `$` has no meaning.

                An app that embeds the monitor uses `MonitorConfig.builder()`, or these names through
                `MonitorConfig.fromEnvironment(System.getenv(), Path.of(".env"))`.

                | name | default | unit | meaning |
                |---|---|---|---|
                """);
        for (Setting setting : Setting.values()) {
            page.append(String.format(
                    Locale.ROOT,
                    "| `%s` | %s | %s | %s%s |\n",
                    setting.name(),
                    setting.defaultValue().map(value -> "`" + value + "`").orElse("none"),
                    setting.unit().isEmpty() ? "-" : setting.unit(),
                    setting.meaning(),
                    setting.secret() ? " Secret: also as `" + setting.fileName() + "`." : ""));
        }
        page.append("| `SUPABASE_*` | none | - | Accepted, as existing `.env` files have them, and reported as unused:"
                + " the database is the one of `DATABASE_URL`. |\n");
        return page.toString();
    }
}
