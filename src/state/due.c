#include "state/due.h"

#include <string.h>

/* A broken configuration: nothing that a person could claim. */
static bool
misconfigured(const struct record *r)
{
    return strcmp(r->code, "config") == 0;
}

/* Made by an operator or by passwd before any login: nobody may claim it yet. */
static bool
unrecorded(const struct record *r)
{
    return r->service[0] == '\0';
}

bool
due_at_claim(const struct record *r, int64_t now)
{
    if (unrecorded(r))
        return false;
    switch (r->phase) {
    case RECORD_PENDING:
    case RECORD_INTENT:
    case RECORD_CREATED:
        return true;
    case RECORD_LATER:
        return !record_waits(r, now);
    case RECORD_FAILED:
        return !record_waits(r, now) && !misconfigured(r);
    case RECORD_LOST:
        return !r->told && !record_waits(r, now);
    case RECORD_NONE:
    case RECORD_UNMAPPED:
    case RECORD_DONE:
        break;
    }
    return false;
}

/* Does a hook itself go on with it? A clock that has gone back counts as time passed. */
static bool
hook_acts(const struct record *r, int64_t now)
{
    switch (r->phase) {
    case RECORD_NONE:
        return true;
    case RECORD_UNMAPPED:
        return now < r->changed || now - r->changed >= DUE_UNMAPPED_S;
    case RECORD_INTENT:
        /* What a person has typed, and what is probably made, is for a claim to say. */
        return r->at_login && !r->probable && !r->typed && !record_waits(r, now);
    case RECORD_PENDING:
    case RECORD_LATER:
        return r->at_login && !record_waits(r, now);
    case RECORD_FAILED:
        return (r->at_login || misconfigured(r)) && !record_waits(r, now);
    case RECORD_CREATED:
    case RECORD_LOST:
    case RECORD_DONE:
        break;
    }
    return false;
}

enum due
due_at_login(const struct record *r, int64_t now)
{
    if (hook_acts(r, now) ||
        (unrecorded(r) && r->phase != RECORD_UNMAPPED && r->phase != RECORD_DONE))
        return DUE_HELPER;
    return due_at_claim(r, now) && !r->unmarked ? DUE_UNLESS_MARK : DUE_UNLESS_CONF;
}
