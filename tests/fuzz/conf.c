/*
 * iamlp.conf and the mapping. A configuration is either refused with its path and a sentence,
 * or maps to IAM's user names alone, whoever logs in: the person whom its first line names
 * ("#alice"), and whoever stands in it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "conf/conf.h"
#include "conf/map.h"
#include "fuzz.h"

#define PATH "/etc/iamlp/iamlp.conf"

static const char iam_chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789_+=,.@-";

/* Some groups have the person, some have not, some do not exist. */
static int
in_group(const char *group, void *arg)
{
    (void)arg;
    return (int)(strlen(group) % 3) - 1;
}

static void
check_person(const struct conf *c, const char *name, uid_t uid)
{
    const struct map_person person = {name, uid, in_group, NULL};
    struct map_result r, again;
    struct err e = ERR_INIT;

    if (map_person(c, &person, &r, &e) != 0) {
        fuzz_failed(&e);
        FUZZ_HOLDS(e.code == ERR_CONFIG);
        return;
    }
    FUZZ_HOLDS(r.why[0] != '\0' && fuzz_clean(r.why, sizeof(r.why)));
    if (!r.served) {
        FUZZ_HOLDS(r.iam_user[0] == '\0');
        return;
    }
    FUZZ_HOLDS(uid >= c->min_uid && r.account != NULL);
    FUZZ_HOLDS(r.iam_user[0] != '\0' && strlen(r.iam_user) <= MAP_IAM_USER_MAX);
    FUZZ_HOLDS(strspn(r.iam_user, iam_chars) == strlen(r.iam_user));
    FUZZ_HOLDS(map_person(c, &person, &again, &e) == 0 && strcmp(again.iam_user, r.iam_user) == 0);
}

static void
check_conf(const struct conf *c, const char *first)
{
    check_person(c, first, 1000);
    check_person(c, "alice", c->min_uid);
    check_person(c, "alice", c->min_uid - 1);
    check_person(c, "Anna.M\xc3\xbcller", UINT32_MAX);
    for (size_t i = 0; i < c->user_count && i < 8; i++)
        check_person(c, c->users[i].name, 1000);
    FUZZ_HOLDS(c->account_count > 0 && conf_find_account(c, "") == &c->accounts[0]);
    for (size_t i = 0; i < c->account_count; i++) {
        const struct conf_account *a = &c->accounts[i];

        FUZZ_HOLDS(conf_find_account(c, a->name) != NULL);
        FUZZ_HOLDS(a->id == NULL || strspn(a->id, "0123456789") == 12);
        (void)conf_serves(c, a);
    }
    (void)conf_by_token(c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = ERR_INIT;
    struct conf *c = NULL;
    char *text = fuzz_string(data, size);
    char first[64] = "alice";
    const char *why;

    if (size > 1 && data[0] == '#')
        (void)fuzz_word(data + 1, size - 1, '\n', first, sizeof(first));
    c = conf_parse(PATH, text, size, &e);
    if (c != NULL) {
        check_conf(c, first);
    } else {
        fuzz_failed(&e);
        FUZZ_HOLDS(strncmp(e.msg, PATH ":", strlen(PATH ":")) == 0);
        /* The scan takes no line that iniparser would take otherwise. */
        why = e.msg + strlen(PATH ":");
        why += strspn(why, "0123456789: ");
        FUZZ_HOLDS(e.code != ERR_CONFIG || strncmp(why, "iniparser ", 10) != 0);
    }
    conf_free(c);
    free(text);
    return 0;
}
