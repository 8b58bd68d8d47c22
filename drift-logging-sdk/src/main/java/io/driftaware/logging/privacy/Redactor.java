package io.driftaware.logging.privacy;

/**
 * Takes out of a text what must not be stored. Called on the SDK's own thread, once for each text before it leaves the heap, so
 * a slow one delays what is written behind it. One that throws or returns null costs the event its texts: they are not stored
 * raw. It need not be safe for several threads, unless several loggers share it.
 */
@FunctionalInterface
public interface Redactor {
    /**
     * {@return the text without what must not be stored; the same one where there is nothing to replace}
     *
     * @param text a query, a response, a comment, or a string within metadata
     */
    String redact(String text);

    /**
     * The one that is built in. It replaces
     *
     * <ul>
     *   <li>{@code [EMAIL]}: e-mail addresses;
     *   <li>{@code [PHONE]}: numbers with +, 00 or 0 in front, and North American ones written in three groups;
     *   <li>{@code [IBAN]}: of the country's length with right check digits, spaces allowed;
     *   <li>{@code [CARD]}: 13 to 19 digits that begin like a card's and pass Luhn's check, spaces and hyphens allowed;
     *   <li>{@code [IP]}: addresses of version 4 and 6;
     *   <li>{@code [JWT]}: JSON Web Tokens;
     *   <li>{@code [API_KEY]}: keys that begin like those of well-known services;
     *   <li>{@code [SECRET]}: private keys in PEM form, user and password within a URL, what stands behind a name such as
     *       {@code password=}, {@code "api_key":} or {@code Authorization: Bearer}, and tokens of 24 characters or more whose lower
     *       case, upper case and digits alternate as in random ones.
     * </ul>
     *
     * <p>It goes through the text once; the time grows with the length alone, whatever the text is. It does not know names,
     * addresses, dates of birth, passwords in prose, and numbers that carry no sign of what they are.
     *
     * @return safe for any number of threads
     */
    static Redactor standard() {
        return StandardRedactor.INSTANCE;
    }
}
