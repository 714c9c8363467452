/*
 * AWS's shared files: the credentials file, and behind a line "--" the config file, for the
 * profile that the first line names ("#prod"). Keys that come out are fit for a header,
 * roles are whole, and no sentence quotes a key.
 */
#include <stdlib.h>
#include <string.h>

#include "cred/cred.h"
#include "cred/keys.h"
#include "cred/profile.h"
#include "fuzz.h"

/* What the seeds have for a key, and no sentence may hold. */
#define KEY "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

static bool
printable(const char *text)
{
    for (const char *p = text; *p != '\0'; p++)
        if (*p < '!' || *p > '~')
            return false;
    return *text != '\0';
}

static void
check_role(const struct role *r)
{
    FUZZ_HOLDS(r->arn[0] != '\0' && r->path != NULL && r->line > 0 && r->duration >= 0);
    FUZZ_HOLDS(fuzz_clean(r->arn, sizeof(r->arn)));
    FUZZ_HOLDS(fuzz_clean(r->session_name, sizeof(r->session_name)));
    FUZZ_HOLDS(fuzz_clean(r->external_id, sizeof(r->external_id)));
}

static void
check_profile(const struct profile *p)
{
    const struct origin *o = &p->origin;

    FUZZ_HOLDS(p->count <= PROFILE_ROLES_MAX);
    for (size_t i = 0; i < p->count; i++)
        check_role(&p->roles[i]);
    switch (o->kind) {
    case ORIGIN_KEYS:
        FUZZ_HOLDS(printable(o->key.access_key_id) && printable(secret_str(o->key.secret_key)));
        FUZZ_HOLDS(o->key.session_token == NULL || printable(secret_str(o->key.session_token)));
        break;
    case ORIGIN_PROCESS:
        FUZZ_HOLDS(o->command[0] != '\0' && fuzz_clean(o->command, sizeof(o->command)));
        break;
    case ORIGIN_WEB_IDENTITY:
        FUZZ_HOLDS(o->token_path[0] != '\0');
        check_role(&o->web);
        break;
    case ORIGIN_CONTAINER:
    case ORIGIN_IMDS:
        FUZZ_HOLDS(p->count > 0);
        break;
    }
}

/* Is it in a name of a profile, which may be said? */
static bool
in_a_name(char *text, const char *name)
{
    bool found = strstr(name, KEY) != NULL || strstr(text, KEY "]") != NULL;

    for (char *line = text, *end; line != NULL; line = end) {
        end = strchr(line, '\n');
        if (end != NULL)
            *end = '\0';
        found = found || (strstr(line, "source_profile") != NULL && strstr(line, KEY) != NULL);
        if (end != NULL)
            *end++ = '\n';
    }
    return found;
}

static void
failed(const struct err *e, bool has_key)
{
    fuzz_failed(e);
    FUZZ_HOLDS(!has_key || strstr(e->msg, KEY) == NULL);
}

static void
read_all(struct cred_source *s, bool has_key)
{
    char region[ENDPOINT_REGION_SIZE];
    struct err e = ERR_INIT;
    struct cred_needs needs;
    struct profile *p = profile_read(s, region, &e);

    FUZZ_HOLDS(region[0] == '\0' || keys_region(region, strlen(region)));
    if (p != NULL)
        check_profile(p);
    else
        failed(&e, has_key);
    profile_free(p);
    if (cred_needs(s, &needs, &e) == 0) {
        FUZZ_HOLDS(fuzz_clean(needs.command, sizeof(needs.command)));
        FUZZ_HOLDS(fuzz_clean(needs.token_path, sizeof(needs.token_path)));
    } else {
        failed(&e, has_key);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cred_source s = {.choice = CRED_AUTO,
                            .credentials_path = "/etc/iamlp/credentials",
                            .config_path = "/etc/iamlp/config"};
    char *text = fuzz_string(data, size), *split = strstr(text, "\n--\n"), name[64] = "default";
    size_t first = split != NULL ? (size_t)(split + 1 - text) : size;
    struct secret *credentials = secret_from(text, first, NULL), *config = NULL;
    bool has_key;

    if (text[0] == '#')
        (void)fuzz_word(data + 1, size - 1, '\n', name, sizeof(name));
    has_key = strstr(text, KEY) != NULL && strlen(text) == size && !in_a_name(text, name);
    if (split != NULL)
        config = secret_from(split + 4, size - first - 3, NULL);
    s.profile = name[0] != '\0' ? name : NULL;
    s.credentials_file = credentials;
    s.config_file = config;
    read_all(&s, has_key);
    s.choice = CRED_PROCESS;
    read_all(&s, false);
    s.choice = CRED_FILE;
    s.credentials_file = NULL;
    s.config_file = credentials;
    read_all(&s, false);
    secret_free(config);
    secret_free(credentials);
    free(text);
    return 0;
}
