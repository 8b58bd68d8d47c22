package io.driftaware.examples.monitor;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles what a page shows, where {@link PageContext} has what it takes for granted. */
final class PageCompiler {
    private static final Pattern TYPE =
            Pattern.compile("(?:@\\w+\\s+)*(?:final )?(?:class|record|interface) .*", Pattern.DOTALL);
    private static final Pattern METHOD =
            Pattern.compile("[\\w<>\\[\\]]+ \\w+\\([^)]*\\)[\\w\\s,]*\\{.*", Pattern.DOTALL);

    /** What everybody's editor adds by itself; a page names only what is Drift-Aware's and not told of before. */
    private static final String IMPORTS =
            """
            package io.driftaware.examples.monitor;
            import io.driftaware.logging.*;
            import io.driftaware.logging.privacy.*;
            import io.prometheus.client.CollectorRegistry;
            import java.nio.file.Path;
            import java.time.*;
            import java.util.*;
            import javax.sql.DataSource;
            import org.springframework.context.annotation.*;
            """;

    private final Path folder;

    /** @param folder for the classes that come of it */
    PageCompiler(Path folder) {
        this.folder = folder;
    }

    /** Why it is no Java, a line for each reason. */
    List<String> complaints(String block) {
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        compiler.getTask(
                        null,
                        null,
                        found,
                        List.of("-proc:none", "-d", folder.toString(), "-cp", System.getProperty("java.class.path")),
                        null,
                        List.of(new Unit(unit(block))))
                .call();
        return found.getDiagnostics().stream()
                .filter(one -> one.getKind() == Diagnostic.Kind.ERROR)
                .map(one -> one.getMessage(Locale.ROOT))
                .toList();
    }

    private static String unit(String block) {
        List<String> imports = new ArrayList<>();
        List<String> code = new ArrayList<>();
        block.lines().forEach(line -> (line.startsWith("import ") ? imports : code).add(line));
        String body = code.stream().collect(Collectors.joining("\n")).strip();
        return IMPORTS + String.join("\n", imports) + "\n"
                + (TYPE.matcher(body).matches()
                        ? body
                        : "class Shown extends PageContext {\n" + member(body) + "\n}\n");
    }

    private static String member(String body) {
        return METHOD.matcher(body).matches() ? body : "void shown() throws Exception {\n" + body + "\n}";
    }

    private static final class Unit extends SimpleJavaFileObject {
        private final String text;

        Unit(String text) {
            super(URI.create("string:///io/driftaware/examples/monitor/Shown.java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
