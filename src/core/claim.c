#include "core/claim.h"

#include "core/subject.h"
#include "state/due.h"

enum step
claim_allowed(struct story *s, uid_t uid)
{
    if (s->person.uid != uid)
        return step_end(s, OUTCOME_DENIED, "%s is also the name of another user.", s->person.name);
    if (subject_mapped(s) == STEP_END || subject_lock(s) == STEP_END || subject_load(s) == STEP_END)
        return STEP_END;
    if (!s->recorded)
        return step_end_quietly(s, OUTCOME_UNMAPPED,
                                "No login of %s on this host has been recorded: log in again, or "
                                "ask an administrator.",
                                s->person.name);
    return STEP_ON;
}

/* What the snippet does for this record; the person who types it has always asked. */
static enum wire_mode
mode(const struct story *s)
{
    enum conf_shell shell = s->w->conf->shell;

    if (!s->automatic)
        return WIRE_MODE_ASK;
    if (shell == CONF_SHELL_OFF || !due_at_claim(&s->record, s->w->clock->wall_s()))
        return WIRE_MODE_QUIET;
    return shell == CONF_SHELL_HINT ? WIRE_MODE_HINT : WIRE_MODE_ASK;
}

enum step
claim_greet(struct story *s)
{
    const char *hint = "There is something to do about your AWS console password: run iamlp claim";
    struct err e = ERR_INIT;
    enum wire_mode m;

    /* Whoever has not spoken has not asked for an answer. */
    s->automatic = true;
    if (client_claim(s->w->client, &s->automatic, &e) != 0)
        return step_end_quietly(s, OUTCOME_PENDING, "%s.", e.msg);
    m = mode(s);
    if (client_greet(s->w->client, m, m == WIRE_MODE_HINT ? hint : NULL, &e) != 0)
        return step_end_quietly(s, OUTCOME_PENDING, "%s.", e.msg);
    return m == WIRE_MODE_ASK ? STEP_ON : step_end_quietly(s, OUTCOME_PENDING, "nothing to do");
}
