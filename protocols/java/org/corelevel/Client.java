package org.corelevel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * A connection to a broker, for any number of threads.
 *
 * <p>What is not answered in time is sent again with the same bytes on a new connection, for as long as it takes: jobs
 * have keys, and the broker knows them again.
 */
public final class Client implements AutoCloseable {
    /** What may be under way before the broker has told its window. */
    private static final int BLIND_WINDOW = 16;
    private static final int MOST_WINDOW = 256;
    private static final long NEVER = Long.MIN_VALUE;

    /** A message that waits for its answer. */
    private static final class Pending {
        final List<byte[]> frames;
        final boolean isSubmit;
        final CompletableFuture<Reply> answer = new CompletableFuture<>();
        long sentAt = NEVER;
        long notBefore = NEVER;

        Pending(List<byte[]> frames, boolean isSubmit) {
            this.frames = frames;
            this.isSubmit = isSubmit;
        }
    }

    private static final class Reply {
        final Map<String, Object> header;
        final List<byte[]> body;

        Reply(Map<String, Object> header, List<byte[]> body) {
            this.header = header;
            this.body = body;
        }

        int code() {
            return (int) integer("code", 0);
        }

        long integer(String key, long otherwise) {
            Object value = header.get(key);
            return value instanceof Long ? (Long) value : otherwise;
        }
    }

    private final String broker;
    private final int timeoutMs;
    private final Thread sender;
    private final Map<String, Pending> pending = new LinkedHashMap<>();
    private Zmtp connection;
    private long window = BLIND_WINDOW;
    private long pausedUntil = NEVER;
    private long nextId;
    private boolean isClosed;

    /** Connects, now or when there is a broker, and for ever again. */
    public Client(String broker, int timeoutMs) {
        this.broker = broker;
        this.timeoutMs = timeoutMs;
        sender = new Thread(this::serve, "corelevel-sender");
        sender.setDaemon(true);
        sender.start();
    }

    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
            if (connection != null) {
                connection.close();
            }
            notifyAll();
        }
    }

    // What a program asks for

    /** Sends a job; completes when it is acknowledged, or fails with {@link Refused}. */
    public CompletableFuture<Void> submit(Job job) {
        return put("job/" + job.run + "\0" + job.key, new Pending(job.frames, true))
            .thenCompose(reply -> reply.code() < 300
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(new Refused(reply.header)));
    }

    /** Asks who serves, and learns the window. */
    public Map<String, Object> hello() throws Refused, InterruptedException {
        Reply reply = ask("hello", Map.of());
        synchronized (this) {
            window = reply.integer("credit", window);
        }
        return reply.header;
    }

    /** The result lines of a job, one JSON object each, as soon as it is stored. */
    public List<String> result(String run, String job) throws Refused, InterruptedException {
        while (true) {
            Reply reply = ask("result", Map.of("run", run, "job", job));
            if (reply.code() == 200) {
                String lines = reply.body.isEmpty() ? "" : new String(reply.body.get(0), StandardCharsets.UTF_8);
                List<String> rows = new ArrayList<>(List.of(lines.split("\n")));
                rows.removeIf(String::isEmpty);
                return rows;
            }
            Thread.sleep(reply.integer("retry_after_ms", 100));
        }
    }

    /** Where a job stands. */
    public String state(String run, String job) throws Refused, InterruptedException {
        return (String) ask("status", Map.of("run", run, "job", job)).header.get("state");
    }

    /** The run takes no more jobs; its counts, missing numbers among them. */
    public Map<String, Object> closeRun(String run, long expected) throws Refused, InterruptedException {
        return ask("run.close", Map.of("run", run, "expected", expected)).header;
    }

    /** Asks, again for as long as the broker says so. */
    private Reply ask(String op, Map<String, Object> keys) throws Refused, InterruptedException {
        while (true) {
            Map<String, Object> header = new LinkedHashMap<>();
            String id;
            synchronized (this) {
                id = "q" + ++nextId;
            }
            header.put("v", 1);
            header.put("op", op);
            header.put("id", id);
            header.putAll(keys);
            Reply reply;
            try {
                byte[] frame = Json.write(header).getBytes(StandardCharsets.UTF_8);
                reply = put("id/" + id, new Pending(List.of(frame), false)).get();
            } catch (java.util.concurrent.ExecutionException error) {
                throw new CompletionException(error.getCause());
            }
            if (reply.code() < 300) {
                return reply;
            }
            if (!Boolean.TRUE.equals(reply.header.get("retry"))) {
                throw new Refused(reply.header);
            }
            Thread.sleep(reply.integer("retry_after_ms", 1000));
        }
    }

    private synchronized CompletableFuture<Reply> put(String key, Pending one) {
        if (isClosed || pending.putIfAbsent(key, one) != null) {
            return CompletableFuture.failedFuture(
                new IllegalStateException(isClosed ? "the client is closed" : "that job is under way already"));
        }
        notifyAll();
        return one.answer;
    }

    // The connection: one thread sends and looks at the clock, one for each connection receives

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private void serve() {
        while (true) {
            try {
                Zmtp current = connection();
                if (current == null) {
                    return;
                }
                List<Pending> due = awaitDue();
                for (Pending one : due) {
                    current.send(one.frames);
                }
            } catch (IOException error) {
                drop();
            } catch (InterruptedException error) {
                return;
            }
        }
    }

    private Zmtp connection() throws InterruptedException {
        while (true) {
            synchronized (this) {
                if (isClosed || connection != null) {
                    return isClosed ? null : connection;
                }
            }
            try {
                Zmtp fresh = new Zmtp(broker, timeoutMs);
                Thread receiver = new Thread(() -> receive(fresh), "corelevel-receiver");
                receiver.setDaemon(true);
                synchronized (this) {
                    connection = fresh;
                }
                receiver.start();
            } catch (IOException error) {
                Thread.sleep(100);
            }
        }
    }

    /** What the window and the clock let go now; waits until there is something. */
    private synchronized List<Pending> awaitDue() throws InterruptedException, IOException {
        while (true) {
            if (isClosed || connection == null) {
                return List.of();
            }
            long now = now();
            long wait = timeoutMs;
            long flying = pending.values().stream().filter(one -> one.isSubmit && one.sentAt != NEVER).count();
            List<Pending> due = new ArrayList<>();
            for (Pending one : pending.values()) {
                if (one.sentAt != NEVER) {
                    if (now - one.sentAt > timeoutMs) {
                        throw new IOException("an answer is overdue");
                    }
                    wait = Math.min(wait, one.sentAt + timeoutMs + 1 - now);
                } else if (one.isSubmit && now <= Math.max(pausedUntil, one.notBefore)) {
                    wait = Math.min(wait, Math.max(pausedUntil, one.notBefore) + 1 - now);
                } else if (!one.isSubmit || flying < Math.max(1, Math.min(window, MOST_WINDOW))) {
                    flying += one.isSubmit ? 1 : 0;
                    one.sentAt = now;
                    due.add(one);
                }
            }
            if (!due.isEmpty()) {
                return due;
            }
            wait(Math.max(1, wait));
        }
    }

    /** Gives the connection up: what is unanswered goes again. */
    private synchronized void drop() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
        for (Pending one : pending.values()) {
            one.sentAt = NEVER;
        }
        notifyAll();
    }

    private void receive(Zmtp from) {
        try {
            while (true) {
                take(from.receive());
            }
        } catch (IOException error) {
            synchronized (this) {
                if (connection == from && !isClosed) {
                    drop();
                }
            }
        }
    }

    @SuppressWarnings("unchecked")
    private void take(List<byte[]> frames) {
        Iterator<byte[]> rest = frames.iterator();
        byte[] first = rest.next();
        if (first.length == 0 && rest.hasNext()) {
            first = rest.next();
        }
        Map<String, Object> header;
        try {
            header = (Map<String, Object>) Json.read(new String(first, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException | ClassCastException error) {
            // What is no answer is passed over; the question is asked again in time.
            return;
        }
        List<byte[]> body = new ArrayList<>();
        rest.forEachRemaining(body::add);
        Reply reply = new Reply(header, body);
        if (reply.code() == 0) {
            return;
        }
        Pending finished = settle(reply);
        if (finished != null) {
            finished.answer.complete(reply);
        }
    }

    /** What this is the last answer to; null if it is none, or another will come. */
    private synchronized Pending settle(Reply reply) {
        String key = reply.header.containsKey("id")
            ? "id/" + reply.header.get("id")
            : "job/" + reply.header.get("run") + "\0" + reply.header.get("job");
        Pending one = pending.get(key);
        if (one == null) {
            return null;
        }
        notifyAll();
        if (one.isSubmit) {
            window = reply.integer("credit", window);
            if (Boolean.TRUE.equals(reply.header.get("retry"))) {
                one.sentAt = NEVER;
                one.notBefore = now() + reply.integer("retry_after_ms", 1000);
                pausedUntil = Math.max(pausedUntil, one.notBefore);
                return null;
            }
        }
        return pending.remove(key);
    }
}
