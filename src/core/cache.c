#include "core/cache.h"

#include <stdio.h>
#include <string.h>

#include "core/keyring.h"

enum {
    NAME_SIZE = 1024,
    KEPT_FOR_S = 24 * 60 * 60 /* the longest, whatever an answer says of its keys */
};

/* ---- names (CACHE-2) ---------------------------------------------------------------------- */

/* Does the template hold %u? "%%u" is none. */
static bool
names_user(const char *template)
{
    for (const char *p = template; p != NULL && (p = strchr(p, '%')) != NULL && p[1] != '\0';
         p += 2)
        if (p[1] == 'u')
            return true;
    return false;
}

static const char *
name_of(const struct ask *a, const char *what, const char *rest, char name[NAME_SIZE])
{
    (void)snprintf(name, NAME_SIZE, "iamlp-%s:%s:%s:%s%s", what, a->fingerprint, a->shared[0],
                   a->shared[1], rest);
    return name;
}

/* A session serves one user where its name or source identity tells people apart. */
bool
cache_personal(const struct ask *a)
{
    return names_user(a->conf->source_identity) || names_user(a->conf->session_name);
}

static const char *
session_name(const struct ask *a, const char *what, const char *section, char name[NAME_SIZE])
{
    char rest[NAME_SIZE / 2];

    (void)snprintf(rest, sizeof(rest), ":%s:%s", section, cache_personal(a) ? a->user : "");
    return name_of(a, what, rest, name);
}

/* A host's own keys are everybody's; a profile may lead to a session. */
static const char *
base_name(const struct ask *a, char name[NAME_SIZE])
{
    if (a->conf->credentials_file == NULL && a->conf->config_file == NULL)
        return name_of(a, "base", "", name);
    return session_name(a, "base", "", name);
}

static const char *
role_name(const struct ask *a, char name[NAME_SIZE])
{
    return session_name(a, "role", a->account->name, name);
}

static const char *
caller_name(const struct ask *a, char name[NAME_SIZE])
{
    return name_of(a, "caller", "", name);
}

/* ---- credentials ---------------------------------------------------------------------------- */

/* What does not read is as good as absent: new ones will take its place. */
static void
put(const struct ask *a, struct frame *start, const char *name, enum wire_field first)
{
    struct err e = ERR_INIT;
    struct secret *bytes = keyring_get(name, KEPT_MAX, &e);
    struct frame f = {0};
    struct kept k = {0};

    if (bytes != NULL && frame_parse(&f, bytes, &e) == 0 &&
        kept_get(&f, WIRE_F_BASE, &k, &e) == 0 && k.expires <= a->clock->wall_s() + KEPT_FOR_S)
        kept_put(start, first, &k);
    kept_free(&k);
    frame_free(&f);
    secret_free(bytes);
}

/* The kernel ends what is kept when the keys end. */
static int64_t
seconds_for(const struct ask *a, int64_t expires)
{
    int64_t left = expires - a->clock->wall_s();

    return left < KEPT_FOR_S ? left : KEPT_FOR_S;
}

static void
take(const struct ask *a, const struct frame *answer, enum wire_field first, const char *name)
{
    struct err e = ERR_INIT;
    const struct secret *bytes;
    struct frame f = {0};
    struct kept k = {0};
    int64_t seconds;

    if (kept_get(answer, first, &k, &e) != 0 || (seconds = seconds_for(a, k.expires)) <= 0)
        goto out;
    k.expires = a->clock->wall_s() + seconds;
    frame_init(&f, WIRE_KEPT, KEPT_MAX);
    kept_put(&f, WIRE_F_BASE, &k);
    bytes = frame_bytes(&f, &e);
    /* CACHE-3 */
    if (bytes != NULL)
        (void)keyring_put(name, bytes, seconds, &e);
out:
    kept_free(&k);
    frame_free(&f);
}

/* ---- the caller ----------------------------------------------------------------------------- */

static void
put_caller(const struct ask *a, struct frame *start)
{
    char name[NAME_SIZE];
    struct err e = ERR_INIT;
    struct secret *id = keyring_get(caller_name(a, name), KEPT_ID_MAX, &e);

    if (id != NULL)
        frame_put_text(start, WIRE_F_CALLER, secret_str(id));
    secret_free(id);
}

static void
take_caller(const struct ask *a, const struct frame *answer)
{
    char name[NAME_SIZE], text[KEPT_ID_MAX + 1];
    struct err e = ERR_INIT;
    struct secret *id = NULL;

    if (!frame_get_text(answer, WIRE_F_CALLER, text, sizeof(text)) || !kept_is_id(text))
        return;
    id = secret_from(text, strlen(text), &e);
    if (id != NULL)
        (void)keyring_put(caller_name(a, name), id, KEPT_FOR_S, &e);
    secret_free(id);
}

/* ---- both ways ------------------------------------------------------------------------------ */

void
cache_put(const struct ask *a, struct frame *start)
{
    char name[NAME_SIZE];

    put(a, start, base_name(a, name), WIRE_F_BASE);
    put(a, start, role_name(a, name), WIRE_F_ROLE);
    put_caller(a, start);
}

void
cache_drop(const struct ask *a)
{
    char name[NAME_SIZE];

    keyring_drop(base_name(a, name));
    keyring_drop(role_name(a, name));
}

void
cache_clear(void)
{
    keyring_drop_all("iamlp-");
}

void
cache_take(const struct ask *a, const struct frame *answer)
{
    char name[NAME_SIZE];

    if (frame_get_number(answer, WIRE_F_REVOKED, 0, 1, 0) == 1)
        cache_drop(a);
    take(a, answer, WIRE_F_BASE, base_name(a, name));
    take(a, answer, WIRE_F_ROLE, role_name(a, name));
    take_caller(a, answer);
}
