#include "conf/template.h"

#include <ctype.h>

#include "conf/map.h"
#include "conf/value.h"

enum piece_kind {
    PIECE_END,
    PIECE_CHAR,
    PIECE_NAME,
    PIECE_GROUP,
    PIECE_BAD
};

struct piece {
    enum piece_kind kind;
    char character; /* PIECE_CHAR */
    size_t group;   /* PIECE_GROUP */
};

/* Take one piece off the front of *t. */
static struct piece
next_piece(const char **t)
{
    char c = *(*t)++;

    if (c == '\0')
        return (struct piece){.kind = PIECE_END};
    if (c != '%')
        return (struct piece){.kind = PIECE_CHAR, .character = c};
    c = **t;
    if (c != 'u' && c != '%' && !(c >= '1' && c <= '9'))
        return (struct piece){.kind = PIECE_BAD};
    (*t)++;
    if (c == 'u')
        return (struct piece){.kind = PIECE_NAME};
    if (c == '%')
        return (struct piece){.kind = PIECE_CHAR, .character = c};
    return (struct piece){.kind = PIECE_GROUP, .group = (size_t)(c - '0')};
}

static int
check_group(const char *rest, size_t group, bool has_match, size_t groups, struct err *e)
{
    if (isdigit((unsigned char)*rest))
        return err_set(e, ERR_CONFIG,
                       "a digit right behind %%%zu, which reads like a tenth group; there are only "
                       "%%1 to %%9, so take that digit into the group",
                       group);
    if (!has_match)
        return err_set(e, ERR_CONFIG, "%%%zu without match; write %%u, or a match with groups",
                       group);
    if (group > groups)
        return err_set(
            e, ERR_CONFIG,
            "%%%zu, but match has %zu group%s; write a lower number, or more ( ) in match", group,
            groups, groups == 1 ? "" : "s");
    return 0;
}

int
template_check(const char *t, bool has_match, size_t groups, struct err *e)
{
    size_t literals = 0;

    for (;;) {
        struct piece piece = next_piece(&t);

        switch (piece.kind) {
        case PIECE_END:
            if (literals > MAP_IAM_USER_MAX)
                return err_set(e, ERR_CONFIG,
                               "%zu characters before anything is put in; IAM's "
                               "user names have at most %d",
                               literals, MAP_IAM_USER_MAX);
            return 0;
        case PIECE_CHAR:
            if (!value_iam_char(piece.character))
                return err_set(e, ERR_CONFIG,
                               "a character that IAM's user names cannot hold; use "
                               "letters, digits and _ + = , . @ - (another account "
                               "is written as account = NAME)");
            literals++;
            break;
        case PIECE_GROUP:
            if (check_group(t, piece.group, has_match, groups, e) != 0)
                return -1;
            break;
        case PIECE_NAME:
            break;
        case PIECE_BAD:
            return err_set(e, ERR_CONFIG,
                           "a %% that begins nothing known; write %%u or %%1 to %%9");
        }
    }
}

void
template_expand(const char *t, const char *name, const regmatch_t group[TEMPLATE_GROUPS],
                struct buf *out)
{
    for (;;) {
        struct piece piece = next_piece(&t);
        const regmatch_t *m;

        switch (piece.kind) {
        case PIECE_CHAR:
            buf_add(out, &piece.character, 1);
            break;
        case PIECE_NAME:
            buf_adds(out, name);
            break;
        case PIECE_GROUP:
            m = &group[piece.group];
            if (m->rm_so >= 0)
                buf_add(out, name + m->rm_so, (size_t)(m->rm_eo - m->rm_so));
            break;
        case PIECE_END:
        case PIECE_BAD: /* not in a checked template */
            return;
        }
    }
}
