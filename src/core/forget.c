#include "core/forget.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/subject.h"
#include "state/store.h"

/* A uid in digits; false: none, or the one that means "no uid". */
static bool
read_uid(const char *text, uid_t *uid)
{
    unsigned long n;

    if (text[0] == '\0' || strlen(text) > 10 || text[strspn(text, "0123456789")] != '\0')
        return false;
    errno = 0;
    n = strtoul(text, NULL, 10);
    *uid = (uid_t)n;
    return errno == 0 && *uid == n && *uid != (uid_t)-1;
}

enum step
forget_find(struct story *s, const char *user)
{
    struct err e = ERR_INIT;
    uid_t uid;

    if (person_find(user, &s->person, &e) == 0) {
        record_init(&s->record, s->person.uid);
        return STEP_ON;
    }
    /* The account may have been deleted before its record is. */
    if (e.code != ERR_ABSENT || !read_uid(user, &uid))
        return step_end(s, OUTCOME_ERROR, "%s; where the account was deleted, give the uid instead",
                        e.msg);
    s->person.uid = uid;
    (void)snprintf(s->person.name, sizeof(s->person.name), "%s", user);
    record_init(&s->record, uid);
    return STEP_ON;
}

/* FORGET-1 */
static enum step
refuse(struct story *s, const char *why)
{
    step_log(s, "forget", OUTCOME_DENIED, record_phases[s->record.phase], why);
    return step_end(s, OUTCOME_DENIED,
                    "Nothing was forgotten: the record of %s says %s (%s). Show the password with "
                    "iamlp provision %s, or forget it all the same with --force.",
                    s->person.name, record_phases[s->record.phase], why, s->person.name);
}

enum step
forget_record(struct story *s, bool force)
{
    struct err e = ERR_INIT;
    bool readable = store_read(s->w->state, s->person.uid, &s->record, &e) == 0;

    if (!readable && e.code == ERR_ABSENT) {
        record_init(&s->record, s->person.uid);
        s->loaded = true; /* a mark without a record goes, too */
        return step_end(s, OUTCOME_OK, "This host remembers nothing of %s.", s->person.name);
    }
    if (!readable && e.code != ERR_FORMAT && e.code != ERR_TRUST)
        return step_end(s, OUTCOME_ERROR, "%s", e.msg);
    if (!force && subject_under_way(&s->record))
        return refuse(s, !readable ? e.msg
                         : s->record.phase == RECORD_INTENT
                             ? "a create was sent and its answer is not known"
                             : "a password that was made is not confirmed as seen");
    err_clear(&e);
    if (store_remove(s->w->state, s->person.uid, &e) != 0) {
        step_log(s, "forget", OUTCOME_ERROR, "record", e.msg);
        return step_end(s, OUTCOME_ERROR, "%s", e.msg);
    }
    step_drop_hold(s);
    step_log(s, "forget", OUTCOME_OK, record_phases[s->record.phase], NULL);
    step_end(s, OUTCOME_OK, "Forgotten: %s was %s%s%s; the next login begins anew.", s->person.name,
             record_phases[s->record.phase], s->record.phase == RECORD_DONE ? ", " : "",
             s->record.phase == RECORD_DONE ? record_hows[s->record.how] : "");
    record_init(&s->record, s->person.uid);
    s->loaded = true;
    return STEP_END;
}
