package org.corelevel;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A DEALER's end of one connection: ZMTP 3.0 with the NULL mechanism (https://rfc.zeromq.org/spec/23), in plain Java.
 *
 * <p>The library that Debian and the old Maven releases have speaks ZMTP 2, which a broker refuses; so there is none to
 * install. One thread may send and another receive.
 */
final class Zmtp implements Closeable {
    private static final int GREETING_BYTES = 64;
    private static final int MORE = 1;
    private static final int LONG = 2;
    private static final int COMMAND = 4;
    private static final int MAX_FRAME_BYTES = 64 << 20;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    /** Connects to {@code tcp://HOST:PORT} and shakes hands. */
    Zmtp(String endpoint, int timeoutMs) throws IOException {
        URI place = URI.create(endpoint);
        socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(place.getHost(), place.getPort()), timeoutMs);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(timeoutMs);
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
            out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 1 << 16));
            shakeHands();
            socket.setSoTimeout(0);
        } catch (IOException | RuntimeException error) {
            socket.close();
            throw error;
        }
    }

    private void shakeHands() throws IOException {
        byte[] greeting = new byte[GREETING_BYTES];
        greeting[0] = (byte) 0xFF;
        greeting[9] = 0x7F;
        greeting[10] = 3;
        System.arraycopy("NULL".getBytes(StandardCharsets.US_ASCII), 0, greeting, 12, 4);
        out.write(greeting);
        out.flush();
        byte[] theirs = new byte[GREETING_BYTES];
        in.readFully(theirs);
        if ((theirs[0] & 0xFF) != 0xFF || theirs[9] != 0x7F || theirs[10] < 3) {
            throw new IOException("the peer does not speak ZMTP 3");
        }
        if (!new String(theirs, 12, 20, StandardCharsets.US_ASCII).startsWith("NULL\0")) {
            throw new IOException("the peer asks for keys, which this client does not have");
        }
        byte[] ready = concat("\5READY", "\13Socket-Type", "\0\0\0\6DEALER", "\10Identity", "\0\0\0\0");
        writeFrame(COMMAND, ready);
        out.flush();
        int flags = in.readUnsignedByte();
        byte[] answer = readBody(flags);
        if ((flags & COMMAND) == 0 || answer.length < 6 || answer[0] != 5) {
            throw new IOException("the peer refused the connection");
        }
    }

    private static byte[] concat(String... parts) {
        return String.join("", parts).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Sends a whole message. */
    synchronized void send(List<byte[]> frames) throws IOException {
        for (int i = 0; i < frames.size(); i++) {
            writeFrame(i + 1 < frames.size() ? MORE : 0, frames.get(i));
        }
        out.flush();
    }

    private void writeFrame(int flags, byte[] body) throws IOException {
        if (body.length > 255) {
            out.writeByte(flags | LONG);
            out.writeLong(body.length);
        } else {
            out.writeByte(flags);
            out.writeByte(body.length);
        }
        out.write(body);
    }

    /** The next whole message; waits for it. */
    List<byte[]> receive() throws IOException {
        List<byte[]> frames = new ArrayList<>();
        while (true) {
            int flags = in.readUnsignedByte();
            byte[] body = readBody(flags);
            if ((flags & COMMAND) != 0) {
                obey(body);
                continue;
            }
            frames.add(body);
            if ((flags & MORE) == 0) {
                return frames;
            }
        }
    }

    private byte[] readBody(int flags) throws IOException {
        long size = (flags & LONG) != 0 ? in.readLong() : in.readUnsignedByte();
        if (size < 0 || size > MAX_FRAME_BYTES) {
            throw new IOException("a frame of " + size + " bytes");
        }
        byte[] body = new byte[(int) size];
        in.readFully(body);
        return body;
    }

    /** A PING (ZMTP 3.1) is answered with its context; other commands are not for us. */
    private synchronized void obey(byte[] command) throws IOException {
        if (command.length < 7 || !new String(command, 0, 5, StandardCharsets.ISO_8859_1).equals("\4PING")) {
            return;
        }
        byte[] context = Arrays.copyOfRange(command, 7, command.length);
        byte[] pong = Arrays.copyOf(concat("\4PONG"), 5 + context.length);
        System.arraycopy(context, 0, pong, 5, context.length);
        writeFrame(COMMAND, pong);
        out.flush();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException error) {
            // It is gone either way.
        }
    }
}
