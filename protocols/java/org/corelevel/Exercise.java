package org.corelevel;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The exercise of section 11 of the specification: {@code corelevel conform client -- java -jar corelevel.jar}. */
public final class Exercise {
    private Exercise() {}

    /** Submits, closes the run, reports each job; 0 if all are stored, else 65. */
    public static void main(String[] arguments) throws Exception {
        Map<String, String> variables = System.getenv();
        String run = variables.get("CORELEVEL_RUN");
        int count = Integer.parseInt(variables.getOrDefault("CORELEVEL_JOBS", "6"));
        int timeoutMs = Integer.parseInt(variables.getOrDefault("CORELEVEL_TIMEOUT_MS", "5000"));
        boolean good = true;
        try (Client client = new Client(variables.get("CORELEVEL_BROKER"), timeoutMs)) {
            client.hello();
            Map<String, CompletableFuture<Void>> answers = new LinkedHashMap<>();
            for (int seq = 1; seq <= count; seq++) {
                float[] counts = new float[201];
                for (int point = 0; point < counts.length; point++) {
                    counts[point] = 100 + point * seq % 50;
                }
                Job job = new Job.Builder(run, seq)
                    .region("C 1s", new float[][] {counts}, 278.0, 0.1, Map.of("photon_energy_eV", 1486.6)).build();
                answers.put(job.key, client.submit(job));
            }
            for (CompletableFuture<Void> answer : answers.values()) {
                answer.exceptionally(error -> null).join();
            }
            client.closeRun(run, count);
            for (Map.Entry<String, CompletableFuture<Void>> job : answers.entrySet()) {
                good &= report(client, run, job.getKey(), job.getValue());
            }
        }
        System.exit(good ? 0 : 65);
    }

    private static boolean report(Client client, String run, String job, CompletableFuture<Void> answer)
        throws InterruptedException {
        try {
            try {
                answer.join();
            } catch (CompletionException error) {
                throw (Refused) error.getCause();
            }
            String rows = String.join(",", client.result(run, job));
            System.out.println("{\"job\":" + Json.write(job) + ",\"state\":\"stored\",\"rows\":[" + rows + "]}");
            return true;
        } catch (Refused refused) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("job", job);
            line.put("code", refused.code);
            if (refused.state != null) {
                line.put("state", refused.state);
            }
            line.put("error", refused.getMessage());
            System.out.println(Json.write(line));
            return false;
        }
    }
}
