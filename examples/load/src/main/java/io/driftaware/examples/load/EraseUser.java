package io.driftaware.examples.load;

import io.driftaware.logging.SpoolFolder;
import io.driftaware.logging.privacy.UserIds;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Erases from a logger's folder what spool and dead letters hold of one user; the database is for {@code drift-runner
 * erase-user}. Close the application's logger first.
 *
 * <pre>
 * java -cp "examples/load/target/classes:$(cat examples/load/target/classpath)" \
 *     io.driftaware.examples.load.EraseUser FOLDER ID [--key-file FILE]
 * </pre>
 *
 * <p>{@code --key-file} names the key that the application gives to {@code userIdKey}, for ids that are stored as pseudonyms: its
 * bytes, or the key in hexadecimal or Base64. Exit code 0 when all could be read, 1 when some could not and was kept or the
 * folder can't be used, 2 for a wrong call.
 */
public final class EraseUser {
    private static final String USAGE = "usage: EraseUser FOLDER ID [--key-file FILE]";

    private EraseUser() {}

    /** The folder, the id, and where the key is. */
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        boolean keyed = args.length == 4 && args[2].equals("--key-file");
        if (args.length != 2 && !keyed || args[1].isBlank()) {
            err.println(USAGE);
            return 2;
        }
        Set<String> ids = new LinkedHashSet<>(List.of(args[1]));
        if (keyed) {
            try {
                ids.addAll(pseudonyms(args[1], Path.of(args[3])));
            } catch (NoSuchFileException e) {
                err.println("--key-file " + args[3] + ": there is no such file; name one that exists");
                return 2;
            } catch (IOException | IllegalArgumentException e) {
                err.println("--key-file " + args[3] + " can't be used: " + e.getMessage());
                return 2;
            }
        }
        try {
            SpoolFolder.Erased erased = SpoolFolder.eraseUser(Path.of(args[0]), ids);
            out.println(erased);
            if (erased.unreadable() > 0) {
                out.println("What is unreadable was kept: nobody can tell whose it is.");
            }
            return erased.unreadable() == 0 ? 0 : 1;
        } catch (IOException e) {
            err.println(e.getMessage());
            return 1;
        }
    }

    /** Whether the application was given the file's bytes or what they stand for cannot be seen: all are tried. */
    private static List<String> pseudonyms(String userId, Path keyFile) throws IOException {
        byte[] bytes = Files.readAllBytes(keyFile);
        List<String> pseudonyms = new ArrayList<>(List.of(new UserIds(bytes).pseudonym(userId)));
        String text = new String(bytes, StandardCharsets.ISO_8859_1).strip();
        String encoded = text.replaceAll("\\s", "");
        List<Function<String, byte[]>> forms = List.of(
                ignored -> text.getBytes(StandardCharsets.ISO_8859_1),
                HexFormat.of()::parseHex,
                Base64.getDecoder()::decode,
                Base64.getUrlDecoder()::decode);
        for (Function<String, byte[]> form : forms) {
            try {
                pseudonyms.add(new UserIds(form.apply(encoded)).pseudonym(userId));
            } catch (IllegalArgumentException e) {
                // Not this form, or too short for a key.
                continue;
            }
        }
        return pseudonyms;
    }
}
