#include "aws/transfer.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "aws/blame.h"
#include "aws/store.h"
#include "aws/wipe.h"

#if LIBCURL_VERSION_NUM < 0x074d00
#error "libcurl 7.77 or later is needed: CURLOPT_CAINFO_BLOB"
#endif

/* A kept connection that has been idle for longer is not used again: while a
 * person reads, a server may close it at the very moment the next request leaves. */
#define IDLE_MAX_S 20L

struct transfer {
    CURL *curl;
    struct transfer_options o;
    struct store store;
    bool distrusted; /* the authority of the last server, or proxy */
    struct curl_slist *proxy_headers;
};

/* ---- what never changes ----------------------------------------------------- */

static const struct {
    CURLoption option;
    long value;
} numbers[] = {
    {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2}, /* or later */
    {CURLOPT_SSL_VERIFYPEER, 1L},
    {CURLOPT_SSL_VERIFYHOST, 2L},
    {CURLOPT_SSL_SESSIONID_CACHE, 0L}, /* no use, and in 7.88 a use after free */
    {CURLOPT_PROXY_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
    {CURLOPT_PROXY_SSL_VERIFYPEER, 1L},
    {CURLOPT_PROXY_SSL_VERIFYHOST, 2L},
    {CURLOPT_HTTPPROXYTUNNEL, 1L},
    {CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L},        /* a proxy's headers are not the answer's */
    {CURLOPT_HEADEROPT, CURLHEADER_SEPARATE},      /* nor are ours for it */
    {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1}, /* one request at a time gains nothing from 2 */
    {CURLOPT_HTTP09_ALLOWED, 0L},
    {CURLOPT_FOLLOWLOCATION, 0L},
    {CURLOPT_NETRC, CURL_NETRC_IGNORED},
    {CURLOPT_DISALLOW_USERNAME_IN_URL, 1L},
    {CURLOPT_PATH_AS_IS, 1L}, /* the path that was signed */
    {CURLOPT_NOSIGNAL, 1L},
    {CURLOPT_MAXAGE_CONN, IDLE_MAX_S},
#if LIBCURL_VERSION_NUM >= 0x075700
    /* Otherwise libcurl waits for getaddrinfo to come back, deadline or not. */
    {CURLOPT_QUICK_EXIT, 1L},
#endif
#if LIBCURL_VERSION_NUM < 0x075500
    {CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS},
#endif
};

/* ---- open and close ------------------------------------------------------------ */

/* Once a process, before any thread starts: curl_global_init is not thread-safe,
 * and only the first call decides about the allocator. It is never undone. */
static int
global_init(struct err *e)
{
    static bool done;

    if (!done && curl_global_init_mem(CURL_GLOBAL_DEFAULT, wipe_malloc, wipe_free, wipe_realloc,
                                      wipe_strdup, wipe_calloc) != CURLE_OK)
        return err_set(e, ERR_MEMORY, "libcurl cannot be initialised");
    done = true;
    return 0;
}

static int
add_header(struct curl_slist **list, const char *line, struct err *e)
{
    struct curl_slist *longer = curl_slist_append(*list, line);

    if (longer == NULL)
        return err_set(e, ERR_MEMORY, "out of memory");
    *list = longer;
    return 0;
}

struct transfer *
transfer_open(const struct transfer_options *o, struct err *e)
{
    struct transfer *t = NULL;

    if (global_init(e) != 0)
        return NULL;
    t = calloc(1, sizeof(*t));
    if (t == NULL) {
        err_set(e, ERR_MEMORY, "out of memory");
        return NULL;
    }
    t->o = *o;
    store_init(&t->store, o->ca_pem, o->ca_len);
    t->curl = curl_easy_init();
    if (t->curl == NULL)
        err_set(e, ERR_MEMORY, "out of memory");
    else if (store_apply(&t->store, t->curl, e) == 0 &&
             (o->proxy_auth == NULL || add_header(&t->proxy_headers, o->proxy_auth, e) == 0))
        return t;
    transfer_close(t);
    return NULL;
}

void
transfer_close(struct transfer *t)
{
    if (t == NULL)
        return;
    curl_easy_cleanup(t->curl);
    curl_slist_free_all(t->proxy_headers);
    free(t);
}

/* ---- faults ------------------------------------------------------------------------- */

static const struct {
    CURLcode code;
    enum blame what;
} blames[] = {
    {CURLE_OUT_OF_MEMORY, BLAME_MEMORY},
    {CURLE_URL_MALFORMAT, BLAME_URL},
    {CURLE_COULDNT_RESOLVE_HOST, BLAME_NAME},
    {CURLE_COULDNT_RESOLVE_PROXY, BLAME_NAME},
    {CURLE_COULDNT_CONNECT, BLAME_CONNECT},
    {CURLE_OPERATION_TIMEDOUT, BLAME_TIMEOUT},
    {CURLE_SSL_CONNECT_ERROR, BLAME_TLS},
    {CURLE_PEER_FAILED_VERIFICATION, BLAME_CERTIFICATE},
    {CURLE_SSL_CACERT_BADFILE, BLAME_NO_STORE},
    {CURLE_GOT_NOTHING, BLAME_CLOSED},
    {CURLE_SEND_ERROR, BLAME_SEND},
    {CURLE_RECV_ERROR, BLAME_RECEIVE},
    {CURLE_PARTIAL_FILE, BLAME_PARTIAL},
    {CURLE_SEND_FAIL_REWIND, BLAME_CLOSED},
    {CURLE_ABORTED_BY_CALLBACK, BLAME_CLOSED},
    {CURLE_UNSUPPORTED_PROTOCOL, BLAME_NOT_HTTP},
    {CURLE_WEIRD_SERVER_REPLY, BLAME_NOT_HTTP},
    {CURLE_BAD_CONTENT_ENCODING, BLAME_ENCODING},
#if LIBCURL_VERSION_NUM >= 0x080600
    {CURLE_TOO_LARGE, BLAME_HEADERS},
#endif
};

static int
explain(struct transfer *t, CURLcode code, const struct transfer_request *r,
        const struct exchange *x, struct err *e)
{
    struct blame_case c = {.what = BLAME_OTHER, .host = r->host, .answer = x->fault};
    long os_error = 0;

    for (size_t i = 0; i < sizeof(blames) / sizeof(blames[0]); i++)
        if (blames[i].code == code)
            c.what = blames[i].what;
    if (r->proxied && t->o.proxy != NULL) {
        c.proxy = t->o.proxy;
        c.proxy_auth = t->o.proxy_auth != NULL;
        (void)curl_easy_getinfo(t->curl, CURLINFO_HTTP_CONNECTCODE, &c.connect);
    }
    c.tunnel = x->ready || x->a->sent || (c.connect / 100 == 2 && code != CURLE_RECV_ERROR);
    (void)curl_easy_getinfo(t->curl, CURLINFO_OS_ERRNO, &os_error);
    c.os_error = (int)os_error;
    (void)curl_easy_getinfo(t->curl,
                            c.proxy != NULL && !c.tunnel ? CURLINFO_PROXY_SSL_VERIFYRESULT
                                                         : CURLINFO_SSL_VERIFYRESULT,
                            &c.certificate);
    t->distrusted = blame_is_authority(&c);
    return blame_explain(&c, e);
}

/* ---- one transfer ----------------------------------------------------------------------- */

#if LIBCURL_VERSION_NUM >= 0x075000
/* Called each time a connection stands and the request is about to be written to
 * it: a second time after libcurl found a kept connection dead. */
static int
on_ready(void *arg, char *remote, char *local, int remote_port, int local_port)
{
    (void)remote;
    (void)local;
    (void)remote_port;
    (void)local_port;
    return exchange_ready(arg) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}
#endif

static CURLcode
set_strings(const struct transfer *t, const struct transfer_request *r)
{
    bool proxied = r->proxied && t->o.proxy != NULL;
    const struct {
        CURLoption option;
        const char *value;
    } strings[] = {
        {CURLOPT_URL, r->url},
        {CURLOPT_USERAGENT, t->o.user_agent},
        {CURLOPT_ACCEPT_ENCODING, NULL}, /* nothing is unpacked, so nothing swells */
        /* "" is none; without a word libcurl would look into the environment. */
        {CURLOPT_PROXY, proxied ? t->o.proxy : ""},
        {CURLOPT_NOPROXY, proxied ? "" : "*"},
#if LIBCURL_VERSION_NUM >= 0x075500
        {CURLOPT_PROTOCOLS_STR, "http,https"},
#endif
    };
    CURLcode rc = CURLE_OK;

    for (size_t i = 0; rc == CURLE_OK && i < sizeof(strings) / sizeof(strings[0]); i++)
        rc = curl_easy_setopt(t->curl, strings[i].option, strings[i].value);
    return rc;
}

/* The callbacks, and what they are given. */
static CURLcode
set_callbacks(CURL *c, struct exchange *x)
{
    CURLcode rc;

    if ((rc = curl_easy_setopt(c, CURLOPT_READFUNCTION, exchange_read)) != CURLE_OK ||
        (rc = curl_easy_setopt(c, CURLOPT_READDATA, x)) != CURLE_OK ||
        (rc = curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, exchange_header)) != CURLE_OK ||
        (rc = curl_easy_setopt(c, CURLOPT_HEADERDATA, x)) != CURLE_OK ||
        (rc = curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, exchange_body)) != CURLE_OK ||
        (rc = curl_easy_setopt(c, CURLOPT_WRITEDATA, x)) != CURLE_OK)
        return rc;
#if LIBCURL_VERSION_NUM >= 0x075000
    if ((rc = curl_easy_setopt(c, CURLOPT_PREREQFUNCTION, on_ready)) != CURLE_OK)
        return rc;
    return curl_easy_setopt(c, CURLOPT_PREREQDATA, x);
#else
    /* Without that callback: a new connection is never tried twice, and a request
     * without a body counts as sent whatever happens. */
    x->a->sent = !x->has_body;
    return curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, x->has_body ? 0L : 1L);
#endif
}

/* A body as PUT with its own method name: libcurl then adds no Content-Type of its own
 * and says "Content-Length: 0" where there is no body. */
static CURLcode
set_request(struct transfer *t, const struct transfer_request *r, struct exchange *x,
            struct curl_slist *headers)
{
    CURL *c = t->curl;
    CURLcode rc = CURLE_OK;

    for (size_t i = 0; rc == CURLE_OK && i < sizeof(numbers) / sizeof(numbers[0]); i++)
        rc = curl_easy_setopt(c, numbers[i].option, numbers[i].value);
    /* The server's alone: a proxy's certificate is verified all the same. */
    if (rc == CURLE_OK && t->o.unverified &&
        (rc = curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 0L)) == CURLE_OK)
        rc = curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 0L);
    if (rc != CURLE_OK || (rc = set_strings(t, r)) != CURLE_OK ||
        (rc = set_callbacks(c, x)) != CURLE_OK ||
        (rc = curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers)) != CURLE_OK ||
        (rc = curl_easy_setopt(c, CURLOPT_PROXYHEADER, t->proxy_headers)) != CURLE_OK ||
        (rc = curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, r->timeout_ms)) != CURLE_OK)
        return rc;
    if (!x->has_body && strcmp(r->method, "GET") == 0)
        return CURLE_OK;
    if ((rc = curl_easy_setopt(c, CURLOPT_UPLOAD, 1L)) != CURLE_OK ||
        (rc = curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, r->method)) != CURLE_OK)
        return rc;
    return curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)x->left_len);
}

/* After a failure begin with a new handle: libcurl 8 remembers that it wanted to send
 * the request again (HTTP-3 forbade it) and fails every later one for that. Returns -1
 * in any case; `e` keeps why the request failed. */
static int
renew(struct transfer *t, struct err *e)
{
    CURL *curl = curl_easy_init();

    if (curl == NULL)
        return err_set(e, ERR_MEMORY, "out of memory");
    curl_easy_cleanup(t->curl);
    t->curl = curl;
    return -1;
}

static int
perform_with(struct transfer *t, const struct transfer_request *r, struct exchange *x,
             struct curl_slist *headers, struct err *e)
{
    CURLcode rc;
    long status = 0;

    curl_easy_reset(t->curl); /* options only; the connection stays */
    if (store_apply(&t->store, t->curl, e) != 0)
        return -1;
    rc = set_request(t, r, x, headers);
    if (rc == CURLE_OK)
        rc = curl_easy_perform(t->curl);
    if (rc == CURLE_OK && x->in_headers) /* libcurl takes that for an empty body */
        rc = CURLE_PARTIAL_FILE;
    t->distrusted = false;
    if (rc != CURLE_OK) {
        explain(t, rc, r, x, e);
        return renew(t, e);
    }
    (void)curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
    x->a->status = (int)status;
    return 0;
}

int
transfer_perform(struct transfer *t, const struct transfer_request *r, struct exchange *x,
                 struct err *e)
{
    struct curl_slist *headers = NULL;
    int rc;

    /* "Expect:" takes out libcurl's pause before a longer body. */
    rc = add_header(&headers, "Expect:", e);
    for (size_t i = 0; rc == 0 && r->headers != NULL && r->headers[i] != NULL; i++)
        rc = add_header(&headers, r->headers[i], e);
    if (rc == 0)
        rc = perform_with(t, r, x, headers, e);
    curl_slist_free_all(headers);
    return rc;
}

bool
transfer_widen(struct transfer *t)
{
    return t->distrusted && store_widen(&t->store);
}
