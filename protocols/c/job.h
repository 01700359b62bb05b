/* The header of a job: section 4.1 of the specification. */
#ifndef CORELEVEL_JOB_H
#define CORELEVEL_JOB_H

#include "corelevel.h"
#include "json.h"

/* Writes the whole object; text->failed if memory ran out or a number is none. */
void job_write(json_text *header, const corelevel_job *job, const char *key);

#endif
