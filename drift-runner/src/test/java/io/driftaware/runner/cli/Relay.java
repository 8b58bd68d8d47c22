package io.driftaware.runner.cli;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** Passes bytes on between clients and a server on this machine, until it is a black hole: nothing arrives, and nobody says so. */
final class Relay implements Closeable {
    private final int server;
    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile CountDownLatch flowing = new CountDownLatch(0);
    private volatile boolean swallowed;

    Relay(int server) throws IOException {
        this.server = server;
        daemon(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    void freeze() {
        swallowed = false;
        flowing = new CountDownLatch(1);
    }

    /** What was swallowed arrives late. */
    void thaw() {
        flowing.countDown();
    }

    /** Whether anything was held back since it froze. */
    boolean hasSwallowed() {
        return swallowed;
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Socket upstream = new Socket(InetAddress.getByName("127.0.0.1"), server);
                open.add(client);
                open.add(upstream);
                daemon(() -> pass(client, upstream));
                daemon(() -> pass(upstream, client));
            } catch (IOException closed) {
                continue;
            }
        }
    }

    private void pass(Socket from, Socket to) {
        byte[] buffer = new byte[8192];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                CountDownLatch now = flowing;
                swallowed |= now.getCount() > 0;
                now.await();
                out.write(buffer, 0, n);
            }
        } catch (IOException gone) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    @Override
    public void close() {
        thaw();
        closeQuietly(listening);
        open.forEach(Relay::closeQuietly);
    }

    private static void closeQuietly(Closeable one) {
        try {
            one.close();
        } catch (IOException e) {
            // It is gone either way.
            return;
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "relay");
        thread.setDaemon(true);
        thread.start();
    }
}
