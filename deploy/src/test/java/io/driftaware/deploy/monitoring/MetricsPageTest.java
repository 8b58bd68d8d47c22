package io.driftaware.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.deploy.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MetricsPageTest {
    @Test
    void the_page_in_docs_is_the_one_that_the_code_makes() throws IOException {
        Path page = Project.path("docs/metrics.md");
        String made = MetricsPage.render();
        if (Boolean.getBoolean("drift.docs.write")) {
            Files.writeString(page, made);
        }

        assertThat(Files.exists(page) ? Files.readString(page) : "(absent)")
                .as("docs/metrics.md differs from the code; write it anew with: mvn -pl deploy -am test"
                        + " -Dtest=MetricsPageTest -Dsurefire.failIfNoSpecifiedTests=false -Ddrift.docs.write=true")
                .isEqualTo(made);
    }

    @Test
    void units_are_told_of_metrics_that_there_are() {
        assertThat(ExportedMetrics.all())
                .containsKeys(MetricsPage.UNITS.keySet().toArray(String[]::new));
    }
}
