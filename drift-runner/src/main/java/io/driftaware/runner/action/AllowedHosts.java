package io.driftaware.runner.action;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The hosts that a call may go to. {@code example.org} is that host at the usual port of http or https, {@code
 * example.org:8443} at that port, {@code *.example.org} every host below it.
 */
public final class AllowedHosts {
    private static final Pattern ENTRY =
            Pattern.compile("(\\*\\.)?([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:.]+\\])(:[0-9]{1,5})?");
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    private final List<String> entries;

    private AllowedHosts(List<String> entries) {
        this.entries = List.copyOf(entries);
    }

    /** Every host. */
    public static AllowedHosts any() {
        return new AllowedHosts(List.of());
    }

    /**
     * Those of a list.
     *
     * @param list separated by commas; empty for every host
     * @throws IllegalArgumentException if an entry is no host; the message names it
     */
    public static AllowedHosts parse(String list) {
        List<String> entries = new ArrayList<>();
        for (String part : list.split(",", -1)) {
            String entry = part.strip().toLowerCase(Locale.ROOT);
            if (entry.isEmpty() && list.isBlank()) {
                break;
            }
            if (!ENTRY.matcher(entry).matches()) {
                throw new IllegalArgumentException(
                        "has '" + part.strip() + "', which is no host; set HOST, HOST:PORT or *.HOST");
            }
            entries.add(entry);
        }
        return new AllowedHosts(entries);
    }

    /** Whether a call may go there. */
    public boolean allows(URI url) {
        String host = url.getHost();
        return entries.isEmpty()
                || (host != null
                        && entries.stream().anyMatch(entry -> matches(entry, host.toLowerCase(Locale.ROOT), url)));
    }

    private static boolean matches(String entry, String host, URI url) {
        int usual = "https".equalsIgnoreCase(url.getScheme()) ? HTTPS : HTTP;
        int port = url.getPort() < 0 ? usual : url.getPort();
        int colon = entry.lastIndexOf(':');
        boolean named = colon > entry.lastIndexOf(']');
        String name = named ? entry.substring(0, colon) : entry;
        boolean rightPort = port == (named ? Integer.parseInt(entry.substring(colon + 1)) : usual);
        return rightPort && (name.startsWith("*.") ? host.endsWith(name.substring(1)) : host.equals(name));
    }

    @Override
    public String toString() {
        return entries.isEmpty() ? "any" : String.join(", ", entries);
    }
}
