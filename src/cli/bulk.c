#include "cli/bulk.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/proc.h"
#include "base/text.h"
#include "cli/crew.h"
#include "cli/results.h"
#include "cli/roster.h"
#include "cli/screen.h"
#include "cli/verb.h"

enum {
    JOBS = 4
};

struct request {
    const struct line *line;
    struct deliver_order deliver;
    int jobs;
    enum results_form form;
};

/* ---- the command line ------------------------------------------------------------------ */

/* Read what it asks for. What is wrong with that; NULL: nothing. */
static const char *
judge(struct request *r)
{
    const struct line *l = r->line;

    r->jobs = JOBS;
    r->form = results_form(l->output);
    r->deliver.command = l->deliver;
    r->deliver.inherited = environ;
    if ((int)l->all + (l->group != NULL) + (l->from != NULL) != 1)
        return "one of --all, --group and --from says who";
    if (l->jobs != NULL && !text_number(l->jobs, 1, CREW_MAX, &r->jobs))
        return "--jobs is 1 to 32";
    if (!deliver_within(&r->deliver, l->deliver_timeout))
        return DELIVER_WITHIN;
    if (l->apply && l->deliver == NULL)
        return "--apply needs --deliver COMMAND, which hands the passwords over";
    return NULL;
}

/* ---- the work -------------------------------------------------------------------------- */

static int
gather(struct people *p, const struct request *r, struct err *e)
{
    if (r->line->all)
        return roster_all(p, e);
    return r->line->group != NULL ? roster_group(p, r->line->group, e)
                                  : roster_from(p, r->line->from, e);
}

/* Map them all before any is created: who shares an IAM user shows only then. */
static int
work(struct crew *c, const struct request *r, struct err *e)
{
    int rc = crew_run(c, WIRE_MAP, "mapping", e);

    if (rc == 0)
        rc = people_twins(c->people, e);
    people_dismiss(c->people);
    if (rc != 0)
        return -1;
    if (c->stop->caught != 0)
        return 0;
    if (!r->line->apply)
        return crew_run(c, WIRE_PLAN, "asking", e);
    if (deliver_try(&c->deliver, c->stop, e) != 0)
        return -1;
    return crew_run(c, WIRE_PROVISION, "provisioning", e);
}

static int
status_of(const struct people *p, int caught)
{
    if (caught != 0)
        return 128 + caught;
    for (int i = 0; i < PEOPLE_RESULTS; i++)
        if (p->counts[i] > 0 && people_amiss((enum people_result)i))
            return VERB_FAILED;
    return VERB_OK;
}

/* Print what came of everybody, however it ended; `why` it could not go on, if so. */
static int
tell(struct people *p, const struct request *r, int caught, const struct err *why)
{
    struct err e = ERR_INIT;
    int rc;

    people_count(p);
    rc = results_print(p, r->form, &e);
    results_sum(p);
    if (why->code != ERR_OK)
        (void)fprintf(stderr, "iamlp provision: %s\n", why->msg);
    if (rc != 0)
        (void)fprintf(stderr, "iamlp provision: %s\n", e.msg);
    if (!r->line->apply)
        (void)fprintf(stderr, "Nothing was changed; --apply does it.\n");
    if (rc == 0 && why->code != ERR_OK && caught == 0)
        return VERB_FAILED;
    return rc == 0 ? status_of(p, caught) : VERB_OTHER;
}

int
bulk_run(const struct line *l)
{
    struct request r = {.line = l};
    const char *why = judge(&r);
    struct helper_command command;
    struct people people = {.rows = NULL};
    struct err e = ERR_INIT;
    struct stop stop = {.fd = -1};
    struct crew c = {.jobs = 0};
    int told = VERB_OTHER, rc;

    if (why != NULL) {
        (void)fprintf(stderr, "iamlp provision: %s; try: iamlp provision --help\n", why);
        return VERB_USAGE;
    }
    rc = helper_prepare(&command, "batch", l);
    if (rc != VERB_OK)
        return rc;
    proc_no_core();
    crew_begin(&c);
    c.stop = &stop;
    c.command = &command;
    c.people = &people;
    if (r.line->apply)
        c.deliver = r.deliver;
    c.jobs = r.jobs;
    c.simulate = !l->include_blocked;
    c.terminal = screen_capable(STDERR_FILENO);
    /* A directory may take its time; a signal ends that at once. */
    if (gather(&people, &r, &e) != 0 || stop_begin(&stop, &e) != 0 ||
        (work(&c, &r, &e) != 0 && c.fatal && c.task == WIRE_MAP))
        (void)fprintf(stderr, "iamlp provision: %s\n", e.msg);
    else
        told = tell(&people, &r, stop.caught, &e);
    if (c.unseen)
        (void)fprintf(stderr,
                      "Whether MFA keeps anybody from changing a first password was not seen: no "
                      "iam:SimulatePrincipalPolicy (iamlp policy --only optional).\n");
    rc = c.fatal ? VERB_OTHER : told;
    crew_end(&c);
    stop_end(&stop);
    people_free(&people);
    return rc;
}
