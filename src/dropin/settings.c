#include "dropin/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/text.h"
#include "cred/shared.h"
#include "dropin/param.h"
#include "dropin/vars.h"

enum {
    TIMEOUT_MAX_S = 24 * 60 * 60
};

/* ---- files --------------------------------------------------------------------------------- */

/* With HOME kept by su or sudo root finds the files of somebody else. Root's own are good, and
 * those of whoever called sudo. */
static bool
is_foreign(const struct stat *st)
{
    const char *caller = vars_filled("SUDO_UID");
    int uid = 0;

    if (geteuid() != 0)
        return false;
    if (caller != NULL && param_number(caller, &uid) != 0)
        uid = 0;
    return (st->st_uid != 0 && st->st_uid != (uid_t)uid) || (st->st_mode & S_IWOTH) != 0;
}

/* One of the two shared files. It is the person's own, and so are its rights. */
static int
load_file(struct settings *s, const char *variable, const char *usual,
          char path[SETTINGS_PATH_SIZE], struct secret **to, struct err *e)
{
    const char *written = vars_get(variable);
    struct stat st;
    int fd;

    if (vars_expand(written != NULL ? written : usual, path, SETTINGS_PATH_SIZE, e) != 0)
        return -1;
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return 0;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0 || fstat(fd, &st) != 0)
        err_sys(e, "%.200s", path);
    else
        *to = fdio_read_all(fd, PARAM_FILE_MAX, path, e);
    fdio_close(fd);
    s->foreign = s->foreign || is_foreign(&st);
    return *to != NULL ? 0 : -1;
}

static int
load_ca(struct settings *s, const char *path, struct err *e)
{
    char expanded[SETTINGS_PATH_SIZE];

    if (vars_expand(path, expanded, sizeof(expanded), e) != 0)
        return -1;
    s->ca = param_read(expanded, e);
    return s->ca != NULL ? 0 : err_wrap(e, "the bundle of certificates");
}

/* ---- the profile ----------------------------------------------------------------------------- */

/* A setting of the profile, "" where it has none. */
static int
copy_setting(const struct shared_profile *p, const char *key, char *to, size_t size, struct err *e)
{
    const struct shared_value v = shared_get(p, key);

    to[0] = '\0';
    return v.at == NULL || v.at->len == 0 ? 0 : shared_copy(&v, to, size, e);
}

struct profile_settings {
    char region[64], output[32], ca_bundle[SETTINGS_PATH_SIZE], fips[16], dualstack[16];
};

static int
read_profile(struct settings *s, struct profile_settings *to, struct err *e)
{
    const struct cred_source source = {.credentials_file = s->credentials,
                                       .config_file = s->config,
                                       .credentials_path = s->credentials_path,
                                       .config_path = s->config_path};
    struct shared files;
    struct shared_profile p;
    int rc = -1;

    memset(to, 0, sizeof(*to));
    if (shared_open(&source, &files, e) != 0)
        goto out;
    s->known = shared_find(&files, s->profile, &p);
    if (!s->known)
        rc = 0;
    else if (copy_setting(&p, "region", to->region, sizeof(to->region), e) == 0 &&
             copy_setting(&p, "output", to->output, sizeof(to->output), e) == 0 &&
             copy_setting(&p, "use_fips_endpoint", to->fips, sizeof(to->fips), e) == 0 &&
             copy_setting(&p, "use_dualstack_endpoint", to->dualstack, sizeof(to->dualstack), e) ==
                 0)
        rc = copy_setting(&p, "ca_bundle", to->ca_bundle, sizeof(to->ca_bundle), e);
out:
    shared_close(&files);
    return rc;
}

static void
choose_profile(struct settings *s, const struct order *o)
{
    static const char *const variables[] = {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"};

    s->profile = o->profile;
    s->named = s->profile != NULL && *s->profile != '\0';
    for (size_t i = 0; i < 2 && s->profile == NULL; i++)
        s->profile = vars_get(variables[i]);
}

/* ---- one by one --------------------------------------------------------------------- */

static int
choose_format(struct settings *s, const char *word, struct err *e)
{
    char shown[32];

    if (strcmp(word, "json") == 0 || strcmp(word, "text") == 0) {
        s->format = word[0] == 'j' ? OUTPUT_JSON : OUTPUT_TEXT;
        return 0;
    }
    text_clean(shown, sizeof(shown), word, strlen(word));
    return err_set(e, ERR_CONFIG,
                   "output %s: iamlp prints json and text; for other forms pass json on to "
                   "another program, such as jq",
                   shown);
}

/* 0 is for ever. */
static int64_t
seconds(int wanted)
{
    return wanted == 0 || wanted > TIMEOUT_MAX_S ? TIMEOUT_MAX_S : wanted;
}

static const char *
first_of(const char *a, const char *b, const char *c, const char *d)
{
    if (a != NULL && *a != '\0')
        return a;
    if (b != NULL && *b != '\0')
        return b;
    return c != NULL && *c != '\0' ? c : d;
}

/* A label of a host's name, as botocore wants a region to be one. */
static int
check_region(const char *region, struct err *e)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    size_t len = strlen(region);

    if (len == 0 ||
        (region[strspn(region, letters)] == '\0' && strspn(region, "0123456789") != len &&
         region[0] != '-' && region[len - 1] != '-'))
        return 0;
    return err_set(e, ERR_FORMAT, "the region is not a region's name, such as us-east-1");
}

static bool
is_true(const char *variable, const char *setting)
{
    return strcasecmp(first_of(vars_get(variable), setting, NULL, "false"), "true") == 0;
}

int
settings_load(struct settings *s, const struct order *o, struct err *e)
{
    struct profile_settings own;
    const char *ca;

    memset(s, 0, sizeof(*s));
    choose_profile(s, o);
    if (o->connect_s < 0 || o->read_s < 0)
        return err_set(e, ERR_FORMAT, "a timeout is less than nothing");
    /* As the AWS CLI's, but for both together. */
    s->within_ms = (seconds(o->connect_s) + seconds(o->read_s)) * 1000;
    if (load_file(s, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials", s->credentials_path,
                  &s->credentials, e) != 0 ||
        load_file(s, "AWS_CONFIG_FILE", "~/.aws/config", s->config_path, &s->config, e) != 0)
        return -1;
    if (s->profile == NULL || (o->profile != NULL && *s->profile == '\0'))
        s->profile = "default";
    if (read_profile(s, &own, e) != 0)
        return -1;
    if (!s->known && strcmp(s->profile, "default") != 0) {
        char shown[64];

        text_clean(shown, sizeof(shown), s->profile, strlen(s->profile));
        return err_set(e, ERR_DENIED, "The config profile (%s) could not be found", shown);
    }
    (void)snprintf(
        s->region, sizeof(s->region), "%s",
        first_of(o->region, vars_get("AWS_REGION"), vars_get("AWS_DEFAULT_REGION"), own.region));
    if (check_region(s->region, e) != 0 ||
        choose_format(s, first_of(o->output, vars_get("AWS_DEFAULT_OUTPUT"), own.output, "json"),
                      e) != 0)
        return -1;
    s->fips = is_true("AWS_USE_FIPS_ENDPOINT", own.fips);
    s->dualstack = is_true("AWS_USE_DUALSTACK_ENDPOINT", own.dualstack);
    ca = first_of(o->ca_bundle, vars_get("AWS_CA_BUNDLE"), own.ca_bundle, "");
    return *ca == '\0' || o->no_verify_ssl != NULL ? 0 : load_ca(s, ca, e);
}

void
settings_free(struct settings *s)
{
    secret_free(s->credentials);
    secret_free(s->config);
    secret_free(s->ca);
    memset(s, 0, sizeof(*s));
}
