#include "job.h"

#include <stdio.h>

static void write_region(json_text *header, const corelevel_region *region) {
    char shape[64];
    if (region->spectra > 1) snprintf(shape, sizeof shape, "[%zu,%zu]", region->spectra, region->points);
    else snprintf(shape, sizeof shape, "[%zu]", region->points);
    json_raw(header, "{");
    json_member(header, "name", region->name);
    json_member(header, "dtype", "<f4");
    json_key(header, "shape");
    json_raw(header, shape);
    json_key(header, "axis");
    json_raw(header, "{");
    json_member(header, "kind", region->is_kinetic ? "kinetic" : "binding");
    json_member(header, "unit", "eV");
    json_number(header, "start", region->start_eV);
    json_number(header, "step", region->step_eV);
    json_raw(header, "}");
    if (region->photon_energy_eV > 0) json_number(header, "photon_energy_eV", region->photon_energy_eV);
    if (region->pass_energy_eV > 0) json_number(header, "pass_energy_eV", region->pass_energy_eV);
    json_raw(header, "}");
}

void job_write(json_text *header, const corelevel_job *job, const char *key) {
    json_raw(header, "{");
    json_integer(header, "v", 1);
    json_member(header, "op", "submit");
    json_member(header, "run", job->run);
    json_member(header, "job", key);
    if (job->seq > 0) json_integer(header, "seq", job->seq);
    if (job->expected > 0) json_integer(header, "expected", job->expected);
    if (job->live_ttl_ms > 0) {
        json_member(header, "class", "live");
        json_integer(header, "ttl_ms", job->live_ttl_ms);
    }
    json_key(header, "regions");
    json_raw(header, "[");
    for (size_t i = 0; i < job->region_count; i++) {
        if (i) json_raw(header, ",");
        write_region(header, job->regions + i);
    }
    json_raw(header, "]");
    if (job->meta) {
        json_key(header, "meta");
        json_raw(header, job->meta);
    }
    json_raw(header, "}");
}
