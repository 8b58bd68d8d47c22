package io.driftaware.runner.cli;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Speaks just enough of PostgreSQL's protocol to refuse every connection with one error. */
final class RefusingServer implements AutoCloseable {
    private static final String SEVERITY = "FATAL";

    private final ServerSocket socket;
    private volatile String state;
    private volatile String message;

    RefusingServer(String state, String message) throws IOException {
        this.state = state;
        this.message = message;
        socket = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
        Thread thread = new Thread(this::serve, "refusing-server");
        thread.setDaemon(true);
        thread.start();
    }

    String url() {
        return "postgresql://u:geheim@127.0.0.1:" + socket.getLocalPort() + "/app?sslmode=disable&gssencmode=disable";
    }

    /** From now on refuses like this. */
    void refuse(String newState, String newMessage) {
        message = newMessage;
        state = newState;
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                DataInputStream in = new DataInputStream(client.getInputStream());
                in.readNBytes(in.readInt() - Integer.BYTES);
                client.getOutputStream().write(error());
                client.getOutputStream().flush();
                client.shutdownOutput();
                in.readAllBytes();
            } catch (IOException e) {
                // The client hung up, or the test is over.
            }
        }
    }

    private byte[] error() throws IOException {
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        for (String field : new String[] {"S" + SEVERITY, "V" + SEVERITY, "C" + state, "M" + message}) {
            fields.write(field.getBytes(StandardCharsets.UTF_8));
            fields.write(0);
        }
        fields.write(0);
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(packet);
        out.writeByte('E');
        out.writeInt(Integer.BYTES + fields.size());
        fields.writeTo(out);
        return packet.toByteArray();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
