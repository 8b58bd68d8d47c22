package io.driftaware.logging;

import io.driftaware.testdb.TestDatabase;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Stands between the logger and the server, reads the client's messages, and cuts the connection at a chosen one: PostgreSQL
 * documentation, "Message Formats". Or it swallows everything, or lets it through slowly.
 */
final class FaultyNetwork implements Closeable {
    /** Where in a transaction the connection goes. */
    enum Cut {
        BEFORE_COPY,
        WITHIN_COPY,
        AFTER_COPY,
        BEFORE_COMMIT,
        /** The server has committed, and the client never hears of it. */
        AFTER_COMMIT,
        /** As before the commit, but neither side is told: the server keeps the transaction open. */
        SILENT_BEFORE_COMMIT
    }

    /** What else may be wrong with it. */
    enum State {
        /** Connections are closed, and new ones refused. */
        DOWN,
        /** Nothing arrives any more, and nobody says so. */
        BLACK_HOLE,
        /** A few bytes a second. */
        SLOW
    }

    private static final int PIECE = 1024;

    private final TestDatabase db;
    private final URI server;
    private final ServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Cut> next = new AtomicReference<>();
    private final AtomicInteger cuts = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean refusing;
    private volatile CountDownLatch flowing = new CountDownLatch(0);
    private volatile boolean holdsBack;
    /** Nanoseconds a byte, and before each message; 0 for as fast as it goes. */
    private volatile long byteNanos;

    private volatile long latencyNanos;

    FaultyNetwork(TestDatabase db) {
        this.db = db;
        server = URI.create(db.url());
        try {
            listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        daemon(this::accept);
    }

    /** Connections through here, unencrypted so that their messages can be read. */
    DataSource dataSource() {
        return dataSource(db.user(), db.password());
    }

    DataSource dataSource(String user, String password) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL("jdbc:postgresql://localhost:" + listening.getLocalPort() + server.getPath()
                + "?sslmode=disable&gssEncMode=disable&loginTimeout=5");
        source.setUser(user);
        source.setPassword(password);
        return source;
    }

    /** For another process. */
    String jdbcUrl() {
        String url = "jdbc:postgresql://localhost:" + listening.getLocalPort() + server.getPath()
                + "?sslmode=disable&gssEncMode=disable&loginTimeout=5&user=" + db.user();
        return db.password().isEmpty() ? url : url + "&password=" + db.password();
    }

    /** The same for a client that gives up a silent connection after two seconds. */
    DataSource impatientDataSource() {
        PGSimpleDataSource source = (PGSimpleDataSource) dataSource();
        source.setSocketTimeout(2);
        return source;
    }

    /** Cuts once, at the next message of that kind; null for not at all. */
    void cutNext(@Nullable Cut cut) {
        Cut before = next.getAndSet(cut);
        if (before != null) {
            Faults.disarmed(before);
        }
        if (cut != null) {
            Faults.armed(cut);
        }
    }

    int cuts() {
        return cuts.get();
    }

    /** The server seems to be gone. */
    void goDown() {
        Faults.armed(State.DOWN);
        refusing = true;
        if (!open.isEmpty()) {
            Faults.hit(State.DOWN);
        }
        closeAll();
    }

    /** Connections that were wanted while it was down. */
    int refusals() {
        return refusals.get();
    }

    void comeUp() {
        refusing = false;
    }

    /** A black hole: what either side sends no longer arrives, and nobody says so. */
    void freeze() {
        Faults.armed(State.BLACK_HOLE);
        holdsBack = false;
        flowing = new CountDownLatch(1);
    }

    /** Whether the black hole has swallowed something. */
    boolean holdsBack() {
        return holdsBack;
    }

    /** What was swallowed arrives late. */
    void thaw() {
        flowing.countDown();
    }

    /** Both ways, each on its own. */
    void slowDown(long bytesPerSecond, Duration latency) {
        Faults.armed(State.SLOW);
        latencyNanos = latency.toNanos();
        byteNanos = Duration.ofSeconds(1).toNanos() / bytesPerSecond;
    }

    void speedUp() {
        latencyNanos = 0;
        byteNanos = 0;
    }

    private void awaitFlow() throws InterruptedException {
        CountDownLatch now = flowing;
        if (now.getCount() > 0) {
            Faults.hit(State.BLACK_HOLE);
            holdsBack = true;
            now.await();
        }
    }

    /** Passes the bytes on, in pieces where the network is slow. */
    private void pass(OutputStream out, byte[] bytes, int length) throws IOException {
        if (byteNanos == 0) {
            out.write(bytes, 0, length);
            return;
        }
        Faults.hit(State.SLOW);
        LockSupport.parkNanos(latencyNanos);
        for (int from = 0; from < length; from += PIECE) {
            int piece = Math.min(PIECE, length - from);
            LockSupport.parkNanos(piece * byteNanos);
            out.write(bytes, from, piece);
            out.flush();
        }
    }

    @Override
    public void close() {
        ended.countDown();
        thaw();
        speedUp();
        closeAll();
        closeQuietly(listening);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                if (refusing) {
                    Faults.hit(State.DOWN);
                    refusals.incrementAndGet();
                    client.close();
                    continue;
                }
                Socket upstream = new Socket(server.getHost(), server.getPort() < 0 ? 5432 : server.getPort());
                client.setTcpNoDelay(true);
                upstream.setTcpNoDelay(true);
                open.add(client);
                open.add(upstream);
                Link link = new Link(client, upstream);
                daemon(link::clientToServer);
                daemon(link::serverToClient);
            } catch (IOException e) {
                // Closed, or the server has gone: the client sees its connection refused.
                continue;
            }
        }
    }

    private final class Link {
        private final Socket client;
        private final Socket upstream;
        private final Set<String> commits = new HashSet<>();
        private volatile boolean deaf;
        private final CountDownLatch answered = new CountDownLatch(1);

        Link(Socket client, Socket upstream) {
            this.client = client;
            this.upstream = upstream;
        }

        void clientToServer() {
            try {
                DataInputStream in = new DataInputStream(client.getInputStream());
                DataOutputStream out = new DataOutputStream(new BufferedOutputStream(upstream.getOutputStream()));
                int startup = in.readInt();
                out.writeInt(startup);
                out.write(in.readNBytes(startup - 4));
                boolean committing = false;
                int copied = 0;
                while (true) {
                    if (in.available() == 0) {
                        out.flush();
                    }
                    int type = in.readByte();
                    byte[] body = in.readNBytes(in.readInt() - 4);
                    awaitFlow();
                    committing |= isCommit(type, body);
                    copied += type == 'd' ? body.length : 0;
                    Cut cut = next.get();
                    if (cut != null && at(cut, type, body, committing, copied) && next.compareAndSet(cut, null)) {
                        cuts.incrementAndGet();
                        Faults.hit(cut);
                        if (cut == Cut.SILENT_BEFORE_COMMIT) {
                            ended.await();
                        }
                        if (cut != Cut.AFTER_COMMIT) {
                            return;
                        }
                        deaf = true;
                        forward(out, type, body);
                        out.flush();
                        answered.await();
                        return;
                    }
                    forward(out, type, body);
                    committing &= type != 'S';
                }
            } catch (IOException e) {
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                end();
            }
        }

        private void forward(DataOutputStream out, int type, byte[] body) throws IOException {
            out.writeByte(type);
            out.writeInt(body.length + 4);
            pass(out, body, body.length);
        }

        private boolean at(Cut cut, int type, byte[] body, boolean committing, int copied) {
            return switch (cut) {
                case BEFORE_COPY -> type == 'Q' && text(body).startsWith("COPY");
                case WITHIN_COPY -> type == 'd' && copied > 1_000;
                case AFTER_COPY -> type == 'c';
                case BEFORE_COMMIT, SILENT_BEFORE_COMMIT -> committing;
                case AFTER_COMMIT -> committing && type == 'S';
            };
        }

        /** A COMMIT is parsed by name or, later, bound to a statement that was parsed before. */
        private boolean isCommit(int type, byte[] body) {
            String[] strings = text(body).split("\0", -1);
            if (type == 'P' && strings[1].equals("COMMIT")) {
                commits.add(strings[0]);
                return true;
            }
            if (type == 'P') {
                commits.remove(strings[0]);
            }
            return type == 'B' && commits.contains(strings[1]);
        }

        private String text(byte[] body) {
            return new String(body, StandardCharsets.ISO_8859_1);
        }

        void serverToClient() {
            try {
                InputStream in = upstream.getInputStream();
                OutputStream out = client.getOutputStream();
                byte[] buffer = new byte[8192];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    if (deaf) {
                        answered.countDown();
                    } else {
                        awaitFlow();
                        pass(out, buffer, n);
                        out.flush();
                    }
                }
            } catch (IOException e) {
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                answered.countDown();
                end();
            }
        }

        private void end() {
            closeQuietly(client);
            closeQuietly(upstream);
            open.remove(client);
            open.remove(upstream);
        }
    }

    private void closeAll() {
        open.forEach(FaultyNetwork::closeQuietly);
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // It is gone either way.
            return;
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "faulty-network");
        thread.setDaemon(true);
        thread.start();
    }
}
