package org.corelevel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A spectrum, or a stack, on its way: built once, and sent as the same bytes each time. */
public final class Job {
    /** The run it belongs to. */
    public final String run;
    /** Its key, unique in the run. */
    public final String key;
    final List<byte[]> frames;

    private Job(String run, String key, List<byte[]> frames) {
        this.run = run;
        this.key = key;
        this.frames = frames;
    }

    /** Puts a job together; keys are those of section 4.1 of the specification. */
    public static final class Builder {
        private final String run;
        private final String key;
        private final Map<String, Object> header = new LinkedHashMap<>();
        private final List<Object> regions = new ArrayList<>();
        private final List<byte[]> arrays = new ArrayList<>();

        /** A job whose key is its number in decimal. */
        public Builder(String run, long seq) {
            this(run, Long.toString(seq));
            header.put("seq", seq);
        }

        /** A job with a key of its own. */
        public Builder(String run, String key) {
            this.run = run;
            this.key = key;
            header.put("v", 1);
            header.put("op", "submit");
            header.put("run", run);
            header.put("job", key);
        }

        /** How many jobs the run will have. */
        public Builder expected(long count) {
            header.put("expected", count);
            return this;
        }

        /** Your own object: kept and returned as it came. */
        public Builder meta(Map<String, Object> meta) {
            header.put("meta", meta);
            return this;
        }

        /** Freshness over completeness: dropped when it is not done in so many milliseconds. */
        public Builder live(int ttlMs) {
            header.put("class", "live");
            header.put("ttl_ms", ttlMs);
            return this;
        }

        /**
         * Adds a region on an axis of binding energies.
         *
         * @param rows one row, or more for a stack
         * @param settings further keys, as photon_energy_eV; may be empty
         */
        public Builder region(String name, float[][] rows, double startEV, double stepEV, Map<String, Object> settings) {
            int points = rows[0].length;
            ByteBuffer array = ByteBuffer.allocate(4 * points * rows.length).order(ByteOrder.LITTLE_ENDIAN);
            for (float[] row : rows) {
                if (row.length != points) {
                    throw new IllegalArgumentException("rows of " + points + " and of " + row.length + " points");
                }
                array.asFloatBuffer().put(row);
                array.position(array.position() + 4 * points);
            }
            Map<String, Object> axis = new LinkedHashMap<>();
            axis.put("kind", "binding");
            axis.put("unit", "eV");
            axis.put("start", startEV);
            axis.put("step", stepEV);
            Map<String, Object> region = new LinkedHashMap<>();
            region.put("name", name);
            region.put("dtype", "<f4");
            region.put("shape", rows.length == 1 ? List.of(points) : List.of(rows.length, points));
            region.put("axis", axis);
            region.putAll(settings);
            regions.add(region);
            arrays.add(array.array());
            return this;
        }

        /** The job. */
        public Job build() {
            header.put("regions", regions);
            List<byte[]> frames = new ArrayList<>();
            frames.add(Json.write(header).getBytes(StandardCharsets.UTF_8));
            frames.addAll(arrays);
            return new Job(run, key, frames);
        }
    }
}
