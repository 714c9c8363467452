#include "conf/map.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "conf/template.h"
#include "conf/value.h"

#define RESULT_MAX 1024 /* bytes of a template's result before it is judged */

/* A rule that matched, and by what. */
struct hit {
    const char *group; /* NULL: the rule names none */
    regmatch_t groups[TEMPLATE_GROUPS];
};

/* A group that a rule asks for and that does not exist. */
struct absence {
    const struct conf_rule *rule; /* NULL: none was seen */
    const char *group;
};

/* The answer and its sentence. Cleaned, because a name may come from a directory
 * that somebody else keeps. */
static void __attribute__((format(printf, 3, 4)))
decide(struct map_result *r, unsigned line, const char *fmt, ...)
{
    char sentence[sizeof(r->why) * 4];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(sentence, sizeof(sentence), fmt, ap);
    va_end(ap);
    text_clean(r->why, sizeof(r->why), sentence, strlen(sentence));
    r->line = line;
}

static bool
in_list(const struct conf_list *list, const char *word)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->words[i], word) == 0)
            return true;
    return false;
}

/* Is the person in one of the rule's groups? Leaves the first that does not exist
 * in *absent unless another stands there. */
static bool
in_groups(const struct conf_rule *rule, const struct map_person *p, struct hit *hit,
          struct absence *absent)
{
    for (size_t i = 0; i < rule->groups.count; i++) {
        int member = p->in_group(rule->groups.words[i], p->arg);

        hit->group = rule->groups.words[i];
        if (member > 0)
            return true;
        if (member < 0 && absent->rule == NULL)
            *absent = (struct absence){rule, hit->group};
    }
    hit->group = NULL;
    return rule->groups.count == 0;
}

static bool
matches(const struct conf_rule *rule, const struct map_person *p, struct hit *hit,
        struct absence *absent)
{
    regmatch_t found[TEMPLATE_GROUPS + 1]; /* the whole, the group around it, then %1 to %9 */

    if (in_list(&rule->exclude, p->name))
        return false;
    for (size_t i = 0; i < TEMPLATE_GROUPS; i++)
        hit->groups[i] = (regmatch_t){-1, -1};
    if (rule->has_match) {
        if (regexec(&rule->match, p->name, TEMPLATE_GROUPS + 1, found, 0) != 0)
            return false;
        memcpy(hit->groups, found + 1, sizeof(hit->groups));
    }
    /* Last: a group may have to be asked for over the network. */
    return in_groups(rule, p, hit, absent);
}

/* ASCII only: IAM's user names hold nothing else. */
static void
lower(char *s)
{
    for (; *s != '\0'; s++)
        if (*s >= 'A' && *s <= 'Z')
            *s = (char)(*s - 'A' + 'a');
}

/* MAP-2: why IAM would refuse the result of a template; NULL if it would not. */
static const char *
refusal(const struct buf *result)
{
    const char *name = buf_str(result);
    size_t len = 0;

    while (value_iam_char(name[len]))
        len++;
    if (name[len] != '\0')
        return "has characters IAM refuses in a user name";
    if (len > MAP_IAM_USER_MAX || result->fault == ERR_LIMIT)
        return "is longer than IAM's 64 characters";
    return len == 0 ? "is empty" : NULL;
}

/* Serve the person by the rule. */
static int
serve(const struct conf *c, const struct conf_rule *rule, const struct map_person *p,
      const struct hit *hit, struct map_result *r, struct err *e)
{
    char name[64], shown[96];
    const char *why;
    struct buf result;
    int rc = -1;

    buf_init(&result, RESULT_MAX);
    template_expand(rule->iam_user, p->name, hit->groups, &result);
    if (result.fault == ERR_MEMORY) {
        buf_check(&result, "the IAM user", e);
        goto out;
    }
    if (rule->fold == CONF_CASE_LOWER && result.len > 0)
        lower(result.data);
    why = refusal(&result);
    if (why != NULL) {
        text_clean(name, sizeof(name), p->name, strlen(p->name));
        text_clean(shown, sizeof(shown), buf_str(&result), result.len);
        err_set(e, ERR_CONFIG,
                "%s:%u: [rule %s] makes '%s' of user %s, which %s; mend iam_user or match, or give "
                "the user a line in [users]",
                c->path, rule->line, rule->name, shown, name, why);
        goto out;
    }
    memcpy(r->iam_user, buf_str(&result), result.len + 1);
    r->account = conf_find_account(c, rule->account);
    r->served = true;
    rc = 0;
out:
    buf_free(&result);
    return rc;
}

/* A line of [users] for that name; NULL if there is none. */
static const struct conf_user *
find_user(const struct conf *c, const char *name)
{
    for (size_t i = 0; i < c->user_count; i++)
        if (strcmp(c->users[i].name, name) == 0)
            return &c->users[i];
    return NULL;
}

int
map_person(const struct conf *c, const struct map_person *p, struct map_result *r, struct err *e)
{
    const char *slash = strrchr(c->path, '/'), *file = slash != NULL ? slash + 1 : c->path;
    const struct conf_user *user = find_user(c, p->name);
    struct absence absent = {.rule = NULL};
    struct hit hit;

    *r = (struct map_result){.served = false};
    if (p->uid < c->min_uid) {
        decide(r, c->min_uid_line, "uid %u is below min_uid = %u", (unsigned)p->uid,
               (unsigned)c->min_uid);
        return 0;
    }
    if (in_list(&c->exclude, p->name)) {
        decide(r, c->exclude_line, "[login] exclude names %s", p->name);
        return 0;
    }
    if (user != NULL && *user->iam_user == '\0') {
        decide(r, user->line, "%s:%u: [users] says never for %s", file, user->line, p->name);
        return 0;
    }
    if (user != NULL) {
        decide(r, user->line, "%s:%u: [users] names %s", file, user->line, p->name);
        (void)snprintf(r->iam_user, sizeof(r->iam_user), "%s", user->iam_user);
        r->account = conf_find_account(c, user->account);
        r->served = true;
        return 0;
    }
    for (size_t i = 0; i < c->rule_count; i++) {
        const struct conf_rule *rule = &c->rules[i];

        if (!matches(rule, p, &hit, &absent))
            continue;
        decide(r, rule->line, "%s:%u: [rule %s] matches %s%s%s", file, rule->line, rule->name,
               hit.group != NULL ? "group "
               : rule->has_match ? "the name"
                                 : "everybody",
               hit.group != NULL ? hit.group : "",
               hit.group != NULL && rule->has_match ? " and the name" : "");
        return serve(c, rule, p, &hit, r, e);
    }
    if (absent.rule != NULL)
        decide(r, 0,
               "no line in [users] and no rule for %s; %s:%u: [rule %s] asks for group %s, "
               "which does not exist",
               p->name, file, absent.rule->line, absent.rule->name, absent.group);
    else
        decide(r, 0, "no line in [users] and no rule for %s", p->name);
    return 0;
}
