package io.driftaware.runner.action;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a program with a fixed list of arguments, no shell between, and the request as JSON on its standard input. How it exits
 * says what came of it: 0 is done, 75 (EX_TEMPFAIL) is tried again, 79 goes on and is called again after a minute, everything
 * else failed. A call that takes too long, or is interrupted, is ended together with everything that it started.
 *
 * <p>The program's environment has what a program needs to run, such as PATH and HOME, and what the operator names: not the
 * monitor's, which holds secrets.
 */
public final class CommandAction implements DriftAction {
    private static final Logger log = LoggerFactory.getLogger(CommandAction.class);

    /** What {@code DRIFT_ACTIONS} calls it. */
    public static final String NAME = "command";

    /** Exit code of a program that could not do it now: EX_TEMPFAIL of sysexits.h. */
    static final int TRY_AGAIN = 75;

    /** Exit code of a program that has begun, or is at it, and wants to be called again. */
    static final int GOES_ON = 79;

    private static final Duration BETWEEN_CALLS = Duration.ofMinutes(1);
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    private static final int KEPT_BYTES = 4096;
    private static final JsonFactory JSON = new JsonFactory();

    /** ENOENT or EACCES in the message of {@link ProcessBuilder#start}: "error=2," to JDK 24, "error: 2 (" from JDK 25. */
    private static final Pattern NOT_THERE = Pattern.compile("\\berror(=|: )(2|13)\\b");

    private static final List<String> HANDED_ON = List.of(
            "PATH",
            "HOME",
            "USER",
            "LOGNAME",
            "SHELL",
            "LANG",
            "LC_ALL",
            "LC_CTYPE",
            "TZ",
            "TMPDIR",
            "TEMP",
            "TMP",
            "SYSTEMROOT",
            "SYSTEMDRIVE",
            "COMSPEC",
            "PATHEXT",
            "USERPROFILE");

    private final List<String> command;
    private final Map<String, String> environment;
    private final Duration limit;
    private final boolean repeatable;
    private final SafeText safe;

    CommandAction(
            List<String> command, Map<String, String> environment, Duration limit, boolean repeatable, SafeText safe) {
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
        this.limit = limit;
        this.repeatable = repeatable;
        this.safe = safe;
    }

    /** Finds the action by its name. */
    public static final class Provider implements DriftActionProvider {
        /** For the service loader. */
        public Provider() {}

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public DriftAction create(ActionContext context) {
            Map<String, String> given = context.settings();
            String command = given.getOrDefault("DRIFT_COMMAND", "");
            if (command.isEmpty()) {
                throw new IllegalArgumentException(
                        "DRIFT_ACTIONS names command, but DRIFT_COMMAND is not set; set it, or remove command");
            }
            return new CommandAction(
                    arguments(command),
                    environment(given),
                    Duration.ofSeconds(Long.parseLong(given.getOrDefault("DRIFT_COMMAND_SECONDS", "45"))),
                    given.getOrDefault("DRIFT_COMMAND_REPEATABLE", "off").equalsIgnoreCase("on"),
                    SafeText.ofSettings(given));
        }

        private static Map<String, String> environment(Map<String, String> given) {
            Map<String, String> environment = new LinkedHashMap<>();
            List<String> names = new ArrayList<>(HANDED_ON);
            names.addAll(names(given.getOrDefault("DRIFT_COMMAND_ENV", "")));
            for (String name : names) {
                String value = given.getOrDefault(name, System.getenv(name));
                if (value != null) {
                    environment.put(name, value);
                }
            }
            return environment;
        }
    }

    /**
     * Program and arguments out of a JSON array of texts.
     *
     * @throws IllegalArgumentException if it is none, without showing it
     */
    public static List<String> arguments(String json) {
        List<String> arguments = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(json)) {
            boolean array = parser.nextToken() == JsonToken.START_ARRAY;
            while (array && parser.nextToken() == JsonToken.VALUE_STRING) {
                arguments.add(parser.getText());
            }
            boolean whole = array && parser.currentToken() == JsonToken.END_ARRAY && parser.nextToken() == null;
            if (whole
                    && !arguments.isEmpty()
                    && !arguments.get(0).isBlank()
                    && arguments.stream().noneMatch(argument -> argument.indexOf('\0') >= 0)) {
                return arguments;
            }
        } catch (IOException e) {
            // Said below, without the text.
        }
        throw new IllegalArgumentException(
                "is no list of a program and its arguments; set a JSON array of texts, such as [\"/usr/local/bin/reindex\","
                        + " \"--all\"]");
    }

    /** Names, separated by commas. */
    public static List<String> names(String list) {
        List<String> names = new ArrayList<>();
        for (String part : list.split(",", -1)) {
            String name = part.strip();
            if (name.isEmpty() && list.isBlank()) {
                break;
            }
            if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                throw new IllegalArgumentException("has '" + name + "', which is no name of a variable; set NAME,NAME");
            }
            names.add(name);
        }
        return names;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean repeatable() {
        return repeatable;
    }

    @Override
    public ActionResult run(ActionRequest request) throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            log.debug("the command was not started", e);
            return notStarted(String.valueOf(e.getMessage()));
        }
        ProcessTree tree = new ProcessTree(process);
        boolean ended = false;
        try {
            Output output = new Output(process.getInputStream());
            tell(process, RequestJson.of(request));
            if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                ended = true;
                return judge(process.exitValue(), safe.lastLine(output.text()));
            }
            tree.end(GRACE);
            return outOfTime();
        } finally {
            if (!ended) {
                tree.kill();
            }
        }
    }

    private ActionResult judge(int code, String said) {
        String words = said.isEmpty() ? "" : ": " + said;
        return switch (code) {
            case 0 -> new ActionResult.Succeeded(said);
            case TRY_AGAIN -> new ActionResult.TryAgain("the command cannot do it now, exit code 75" + words);
            case GOES_ON -> new ActionResult.Running(said.isEmpty() ? "the command is at it" : said, BETWEEN_CALLS);
            default -> new ActionResult.Failed("the command failed, exit code " + code + words);
        };
    }

    private ActionResult outOfTime() {
        String error = "the command did not end within " + limit.toSeconds() + " s and was killed";
        return repeatable ? new ActionResult.TryAgain(error) : new ActionResult.Unknown(error);
    }

    /** A program that is not there will not come; anything else, such as too many processes, may pass. */
    private static ActionResult notStarted(String message) {
        return NOT_THERE.matcher(message).find()
                ? new ActionResult.Failed("the program of DRIFT_COMMAND is not there, or may not be run by this user")
                : new ActionResult.TryAgain("the program of DRIFT_COMMAND could not be started");
    }

    /** On a thread of its own: a program that does not read would hold this one up. */
    private static void tell(Process process, String json) {
        Thread thread = new Thread(
                () -> {
                    try (OutputStream in = process.getOutputStream()) {
                        in.write(json.getBytes(StandardCharsets.UTF_8));
                    } catch (IOException e) {
                        log.debug("the command did not read its input to the end", e);
                    }
                },
                "drift-action-command-input");
        thread.setDaemon(true);
        thread.start();
    }

    /** Reads everything, so that no program waits for a reader, and keeps the end. */
    private static final class Output {
        private final byte[] kept = new byte[KEPT_BYTES];
        private final Thread thread;
        private long total;

        Output(InputStream from) {
            thread = new Thread(() -> read(from), "drift-action-command-output");
            thread.setDaemon(true);
            thread.start();
        }

        private void read(InputStream from) {
            byte[] block = new byte[KEPT_BYTES];
            try (from) {
                for (int count = from.read(block); count >= 0; count = from.read(block)) {
                    keep(block, count);
                }
            } catch (IOException e) {
                log.debug("the command's output broke off", e);
            }
        }

        private synchronized void keep(byte[] block, int count) {
            for (int i = 0; i < count; i++) {
                kept[(int) (total++ % KEPT_BYTES)] = block[i];
            }
        }

        /** A process left behind may hold the pipe open: its words are not waited for. */
        String text() throws InterruptedException {
            thread.join(LAST_WORDS.toMillis());
            synchronized (this) {
                int length = (int) Math.min(total, KEPT_BYTES);
                byte[] end = new byte[length];
                for (int i = 0; i < length; i++) {
                    end[i] = kept[(int) ((total - length + i) % KEPT_BYTES)];
                }
                return new String(end, StandardCharsets.UTF_8);
            }
        }
    }
}
