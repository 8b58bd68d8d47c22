package io.driftaware.examples.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.logging.DriftLogger;
import io.driftaware.logging.Interaction;
import io.driftaware.runner.DriftMonitor;
import io.driftaware.testdb.TestDatabase;
import io.prometheus.client.CollectorRegistry;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class SpringBeansTest {
    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.withSchema(1536);

    @Configuration(proxyBeanMethods = false)
    static class DriftBeans {
        // snippet: spring
        @Bean
        DriftLogger driftLogger(DataSource dataSource) {
            return DriftLogger.builder(dataSource)
                    .embeddingModel("text-embedding-3-small", 1536)
                    .build();
        }

        @Bean
        DriftMonitor driftMonitor(DataSource dataSource, CollectorRegistry registry) {
            DriftMonitor monitor =
                    DriftMonitor.builder(dataSource).registry(registry).build();
            monitor.start();
            return monitor;
        }
        // end
    }

    @Test
    void a_context_starts_both_beans_and_closes_them_with_nothing_lost() {
        CollectorRegistry registry = new CollectorRegistry();
        DriftLogger logger;
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.registerBean(DataSource.class, DATABASE::dataSource);
            context.registerBean(CollectorRegistry.class, () -> registry);
            context.register(DriftBeans.class);
            context.refresh();

            logger = context.getBean(DriftLogger.class);
            logger.log(Interaction.builder().query("Where is my order?").build());
            assertThat(registry.getSampleValue("drift_detection_runs_total")).isNotNull();
        }

        assertThat(logger.stats().pending()).isZero();
        assertThat(DATABASE.count("SELECT count(*) FROM interaction_log")).isEqualTo(1);
        assertThat(registry.getSampleValue("drift_detection_runs_total")).isNull();
    }
}
