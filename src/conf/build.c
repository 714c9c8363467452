#include "conf/build.h"

#include <stdlib.h>
#include <string.h>

#include "conf/cross.h"
#include "conf/option.h"
#include "conf/value.h"

/* A section's header, understood. */
struct header {
    enum option_section section;
    const char *name; /* NAME of [rule NAME] and [account NAME], else "" */
};

static int
read_headers(const struct scan *s, struct header *headers, struct err *e)
{
    for (size_t n = 0; n < s->count; n++) {
        const struct scan_section *in = &s->sections[n];

        if (option_section_of(in->name, &headers[n].section, &headers[n].name, e) != 0)
            return err_wrap(e, "%s:%u", s->path, in->line);
    }
    return 0;
}

/* Room for everything the file can hold. */
static int
reserve(struct conf *c, const struct scan *s, const struct header *headers, struct err *e)
{
    size_t users = 0, rules = 0, accounts = 0;

    for (size_t n = 0; n < s->count; n++) {
        users += headers[n].section == OPTION_USERS ? s->sections[n].count : 0;
        rules += headers[n].section == OPTION_RULE;
        accounts += headers[n].section == OPTION_ACCOUNT;
    }
    c->users = calloc(users + 1, sizeof(*c->users));
    c->rules = calloc(rules + 1, sizeof(*c->rules));
    c->accounts = calloc(accounts + 1, sizeof(*c->accounts));
    if (c->users == NULL || c->rules == NULL || c->accounts == NULL)
        return err_set(e, ERR_MEMORY, "%s: out of memory", s->path);
    return 0;
}

static int
add_account(struct conf *c, const char *name, unsigned line, struct err *e)
{
    struct conf_account *account = &c->accounts[c->account_count++];

    account->line = line;
    if (value_string(name, strlen(name), &account->name, e) != 0)
        return -1;
    return option_presets(OPTION_ACCOUNT, account, e);
}

static int
add_user(struct conf *c, const struct scan *s, const struct scan_entry *entry, struct err *e)
{
    struct conf_user *user = &c->users[c->user_count++];

    user->line = entry->line;
    if (value_string(entry->key, strlen(entry->key), &user->name, e) != 0)
        return -1;
    if (value_iam_user(entry->value, &user->account, &user->iam_user, e) != 0)
        return err_wrap(e, "%s:%u: %s", s->path, entry->line, entry->key);
    return 0;
}

/* The keys of a section into its struct; those of the default account stand in
 * [aws], among keys of struct conf. */
static int
set_keys(struct conf *c, const struct scan *s, const struct scan_section *in,
         enum option_section section, void *base, struct err *e)
{
    for (size_t i = 0; i < in->count; i++) {
        const struct scan_entry *entry = &in->entries[i];
        const struct option *o = option_find(section, entry->key, e);

        if (o == NULL)
            return err_wrap(e, "%s:%u", s->path, entry->line);
        if (option_set(o, o->section == section ? base : &c->accounts[0], entry->value, e) != 0)
            return err_wrap(e, "%s:%u: %s", s->path, entry->line, entry->key);
    }
    return 0;
}

static int
add_rule(struct conf *c, const struct scan *s, const struct scan_section *in, const char *name,
         struct err *e)
{
    struct conf_rule *rule = &c->rules[c->rule_count++];

    rule->line = in->line;
    if (value_string(name, strlen(name), &rule->name, e) != 0 ||
        option_presets(OPTION_RULE, rule, e) != 0 || set_keys(c, s, in, OPTION_RULE, rule, e) != 0)
        return -1;
    return cross_rule(c, s, in, rule, e);
}

static int
fill(struct conf *c, const struct scan *s, const struct header *headers, struct err *e)
{
    size_t account = 1;

    for (size_t n = 0; n < s->count; n++) {
        const struct scan_section *in = &s->sections[n];
        int rc = 0;

        switch (headers[n].section) {
        case OPTION_USERS:
            for (size_t i = 0; i < in->count && rc == 0; i++)
                rc = add_user(c, s, &in->entries[i], e);
            break;
        case OPTION_RULE:
            rc = add_rule(c, s, in, headers[n].name, e);
            break;
        case OPTION_ACCOUNT:
            rc = set_keys(c, s, in, OPTION_ACCOUNT, &c->accounts[account++], e);
            break;
        case OPTION_LOGIN:
        case OPTION_PASSWORD:
        case OPTION_AWS:
        case OPTION_SECTIONS: /* how many there are; not one of them */
            rc = set_keys(c, s, in, headers[n].section, c, e);
            break;
        }
        if (rc != 0)
            return -1;
    }
    return 0;
}

int
build_conf(struct conf *c, const struct scan *s, struct err *e)
{
    struct header *headers = calloc(s->count + 1, sizeof(*headers));
    int rc = -1;

    if (headers == NULL)
        return err_set(e, ERR_MEMORY, "%s: out of memory", s->path);
    if (read_headers(s, headers, e) != 0 || reserve(c, s, headers, e) != 0)
        goto out;
    if (option_presets(OPTION_LOGIN, c, e) != 0 || option_presets(OPTION_PASSWORD, c, e) != 0 ||
        option_presets(OPTION_AWS, c, e) != 0)
        goto out;
    /* Accounts first: lines above a section may name it. */
    if (add_account(c, "", 0, e) != 0)
        goto out;
    for (size_t n = 0; n < s->count; n++)
        if (headers[n].section == OPTION_ACCOUNT &&
            add_account(c, headers[n].name, s->sections[n].line, e) != 0)
            goto out;
    if (fill(c, s, headers, e) != 0 || cross_ids(c, e) != 0 || cross_users(c, s, e) != 0 ||
        cross_roles(c, s, e) != 0 || cross_credentials(c, s, e) != 0 || cross_create(c, s, e) != 0)
        goto out;
    c->min_uid_line = scan_line(s, "login", "min_uid");
    c->exclude_line = scan_line(s, "login", "exclude");
    rc = 0;
out:
    free(headers);
    return rc;
}
