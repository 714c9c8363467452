#include "cred/shared.h"

#include <string.h>

#include "base/text.h"

static int
open_one(struct shared_file *f, const struct secret *bytes, const char *path, struct err *e)
{
    if (bytes == NULL)
        return 0;
    f->path = path;
    f->ini = ini_parse(secret_str(bytes), secret_len(bytes), path, e);
    return f->ini != NULL ? 0 : -1;
}

int
shared_open(const struct cred_source *s, struct shared *f, struct err *e)
{
    memset(f, 0, sizeof(*f));
    if (open_one(&f->credentials, s->credentials_file, s->credentials_path, e) != 0)
        return -1;
    return open_one(&f->config, s->config_file, s->config_path, e);
}

void
shared_close(struct shared *f)
{
    ini_free(f->credentials.ini);
    ini_free(f->config.ini);
    memset(f, 0, sizeof(*f));
}

static const struct ini_section *
section_of(const struct shared_file *f, enum ini_dialect dialect, const char *name)
{
    return f->ini != NULL ? ini_profile(f->ini, dialect, name) : NULL;
}

bool
shared_find(const struct shared *f, const char *name, struct shared_profile *p)
{
    memset(p, 0, sizeof(*p));
    if (strlen(name) > INI_NAME_MAX)
        return false;
    memcpy(p->name, name, strlen(name));
    p->files = f;
    p->credentials = section_of(&f->credentials, INI_CREDENTIALS, name);
    p->config = section_of(&f->config, INI_CONFIG, name);
    return p->credentials != NULL || p->config != NULL;
}

/* The two ways of writing a profile's header are easily taken for each other, so look
 * for the other one. */
int
shared_unknown(const struct shared *f, const char *name, struct err *e)
{
    if (section_of(&f->credentials, INI_CONFIG, name) != NULL)
        return err_set(e, ERR_DENIED, "%s: in this file write [%s] without the word profile",
                       f->credentials.path, name);
    if (section_of(&f->config, INI_CREDENTIALS, name) != NULL)
        return err_set(e, ERR_DENIED, "%s: in this file write [profile %s] instead of [%s]",
                       f->config.path, name, name);
    return err_set(e, ERR_DENIED, "%s%s%s: no profile %s (names keep their case)",
                   f->credentials.ini != NULL ? f->credentials.path : "",
                   f->credentials.ini != NULL && f->config.ini != NULL ? " and " : "",
                   f->config.ini != NULL ? f->config.path : "", name);
}

struct shared_value
shared_get_in(const struct shared_profile *p, const struct shared_file *file, const char *key)
{
    const struct ini_section *section = file == &p->files->credentials ? p->credentials : p->config;

    return (struct shared_value){key, file->path,
                                 file->ini != NULL ? ini_get(file->ini, section, key) : NULL};
}

struct shared_value
shared_get(const struct shared_profile *p, const char *key)
{
    struct shared_value v = shared_get_in(p, &p->files->credentials, key);

    return v.at != NULL ? v : shared_get_in(p, &p->files->config, key);
}

int
shared_fault(const struct shared_value *v, struct err *e, const char *why)
{
    return err_set(e, ERR_FORMAT, "%s:%u: %s %s", v->path, v->at->line, v->key, why);
}

int
shared_one_line(const struct shared_value *v, struct err *e)
{
    if (v->at->continued == 0)
        return 0;
    return err_set(e, ERR_FORMAT,
                   "%s:%u: this line is indented and so goes on with the value of %s on line %u; "
                   "take away the blanks at its start",
                   v->path, v->at->continued, v->key, v->at->line);
}

int
shared_copy(const struct shared_value *v, char *out, size_t size, struct err *e)
{
    const char *why = NULL;

    if (shared_one_line(v, e) != 0)
        return -1;
    if (v->at->len == 0)
        why = "is empty; write a value, or take the line away";
    else if (v->at->len >= size)
        why = "is too long";
    else {
        text_clean(out, size, v->at->text, v->at->len);
        if (strlen(out) != v->at->len || memcmp(out, v->at->text, v->at->len) != 0)
            why = "holds a character that is not printable UTF-8";
    }
    return why != NULL ? shared_fault(v, e, why) : 0;
}
