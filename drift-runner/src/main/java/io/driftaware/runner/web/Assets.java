package io.driftaware.runner.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files of the dashboard, packaged beside this class. Only the names in this list can be asked for: no path of a request
 * ever becomes the name of a file.
 */
final class Assets {
    private static final String CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /** Path and name of each file, with its type. */
    private static final Map<String, String> FILES = files();

    private final Map<String, Answer> answers = new LinkedHashMap<>();

    Assets() {
        FILES.forEach((path, type) -> answers.put(path, load(path, type)));
    }

    private static Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("/", Answer.HTML);
        for (String sheet : new String[] {"palette", "app"}) {
            files.put("/assets/" + sheet + ".css", "text/css; charset=utf-8");
        }
        files.put("/assets/icon.svg", "image/svg+xml");
        for (String script :
                new String[] {"app", "api", "baselines", "chart", "dialog", "dom", "episodes", "format", "stream"}) {
            files.put("/assets/" + script + ".js", "text/javascript; charset=utf-8");
        }
        return files;
    }

    /** Null if there is no such file. */
    @Nullable
    Answer get(String path) {
        return answers.get(path);
    }

    private static Answer load(String path, String type) {
        String name = path.equals("/") ? "index.html" : path.substring("/assets/".length());
        try (InputStream in = Assets.class.getResourceAsStream("assets/" + name)) {
            if (in == null) {
                throw new IllegalStateException("assets/" + name + " is not packaged");
            }
            byte[] body = in.readAllBytes();
            // Asked about every time, and sent only if it changed: an upgrade shows at once.
            return new Answer(
                    200,
                    type,
                    body,
                    Map.of(
                            "Content-Security-Policy",
                            CSP,
                            "Cache-Control",
                            "no-cache",
                            "Referrer-Policy",
                            "no-referrer",
                            "ETag",
                            '"' + digest(body) + '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body), 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
