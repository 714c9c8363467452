#include "aws/http.h"

#include <curl/curl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aws/header.h"
#include "aws/uri.h"
#include "aws/wipe.h"
#include "base/text.h"

#if LIBCURL_VERSION_NUM < 0x074d00
#error "libcurl 7.77 or later is needed: CURLOPT_CAINFO_BLOB"
#endif

/* A kept connection that has been idle for longer is not used again: while a
 * person reads, a server may close it at the very moment the next request leaves. */
#define IDLE_MAX_S 20L

struct http {
    CURL *curl;
    char *user_agent;
    char *ca_pem; /* NULL: the system's store */
    size_t ca_len;
    const struct clock *clock;
};

/* One request under way, for libcurl's callbacks. */
struct exchange {
    const char *left; /* what of the request's body has not been read yet */
    size_t left_len;
    bool has_body;
    bool in_headers; /* between a status line and the empty line */
    size_t header_bytes;
    struct http_answer *a;
    struct err fault; /* why a callback ended the transfer */
};

/* ---- what never changes ----------------------------------------------------- */

static const struct {
    CURLoption option;
    long value;
} numbers[] = {
    {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2}, /* or later */
    {CURLOPT_SSL_VERIFYPEER, 1L},
    {CURLOPT_SSL_VERIFYHOST, 2L},
    {CURLOPT_SSL_SESSIONID_CACHE, 0L},             /* no use, and in 7.88 a use after free */
    {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1}, /* one request at a time gains nothing from 2 */
    {CURLOPT_HTTP09_ALLOWED, 0L},
    {CURLOPT_FOLLOWLOCATION, 0L},
    {CURLOPT_NETRC, CURL_NETRC_IGNORED},
    {CURLOPT_DISALLOW_USERNAME_IN_URL, 1L},
    {CURLOPT_PATH_AS_IS, 1L}, /* the path that was signed */
    {CURLOPT_NOSIGNAL, 1L},
    {CURLOPT_MAXAGE_CONN, IDLE_MAX_S},
#if LIBCURL_VERSION_NUM >= 0x075700
    {CURLOPT_QUICK_EXIT, 1L}, /* or it waits for getaddrinfo to come back, deadline or not */
#endif
#if LIBCURL_VERSION_NUM < 0x075500
    {CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS},
#endif
};

static const struct {
    CURLoption option;
    const char *value;
} strings[] = {
    {CURLOPT_PROXY, ""},
    {CURLOPT_NOPROXY, "*"},
    {CURLOPT_ACCEPT_ENCODING, NULL}, /* nothing is unpacked, so nothing swells */
#if LIBCURL_VERSION_NUM >= 0x075500
    {CURLOPT_PROTOCOLS_STR, "http,https"},
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
set_ca(struct http *h, struct err *e)
{
    struct curl_blob blob = {h->ca_pem, h->ca_len, CURL_BLOB_NOCOPY};

    if (h->ca_pem == NULL)
        return 0;
    /* Without these two the folder that libcurl was built with counts as well. */
    if (curl_easy_setopt(h->curl, CURLOPT_CAINFO, NULL) == CURLE_OK &&
        curl_easy_setopt(h->curl, CURLOPT_CAPATH, NULL) == CURLE_OK &&
        curl_easy_setopt(h->curl, CURLOPT_CAINFO_BLOB, &blob) == CURLE_OK)
        return 0;
    return err_set(e, ERR_CONFIG,
                   "this libcurl (%s) cannot take certificates from memory; remove ca_bundle or "
                   "use a libcurl with OpenSSL",
                   curl_version_info(CURLVERSION_NOW)->ssl_version);
}

struct http *
http_open(const struct http_options *o, struct err *e)
{
    static const char pem[] = "-----BEGIN ";
    struct http *h = NULL;

    if (environ != NULL && environ[0] != NULL) {
        err_set(e, ERR_TRUST,
                "the environment must be empty, because libcurl and OpenSSL obey it; "
                "%.*s is set",
                (int)strcspn(environ[0], "="), environ[0]);
        return NULL;
    }
    if (o->ca_pem != NULL && memmem(o->ca_pem, o->ca_len, pem, sizeof(pem) - 1) == NULL) {
        err_set(e, ERR_CONFIG, "ca_bundle holds no certificate in PEM form");
        return NULL;
    }
    if (global_init(e) != 0)
        return NULL;
    h = calloc(1, sizeof(*h));
    if (h == NULL)
        goto memory;
    h->clock = o->clock;
    h->curl = curl_easy_init();
    h->user_agent = strdup(o->user_agent);
    if (h->curl == NULL || h->user_agent == NULL)
        goto memory;
    if (o->ca_pem != NULL) {
        h->ca_pem = malloc(o->ca_len);
        if (h->ca_pem == NULL)
            goto memory;
        memcpy(h->ca_pem, o->ca_pem, o->ca_len);
        h->ca_len = o->ca_len;
    }
    if (set_ca(h, e) == 0)
        return h;
    goto fail;
memory:
    err_set(e, ERR_MEMORY, "out of memory");
fail:
    http_close(h);
    return NULL;
}

void
http_close(struct http *h)
{
    if (h == NULL)
        return;
    curl_easy_cleanup(h->curl);
    free(h->user_agent);
    free(h->ca_pem);
    free(h);
}

/* ---- callbacks ------------------------------------------------------------------- */

/* HTTP-3, HTTP-4: the body is given once; there is no seek function. */
static size_t
on_read(char *to, size_t size, size_t count, void *arg)
{
    struct exchange *x = arg;
    size_t n = size * count < x->left_len ? size * count : x->left_len;

    x->a->sent = true;
    memcpy(to, x->left, n);
    x->left += n;
    x->left_len -= n;
    return n;
}

#if LIBCURL_VERSION_NUM >= 0x075000
/* Called each time a connection stands and the request is about to be written to
 * it: a second time after libcurl found a kept connection dead. That is refused
 * when the first one may have been read. */
static int
on_ready(void *arg, char *remote, char *local, int remote_port, int local_port)
{
    struct exchange *x = arg;

    (void)remote;
    (void)local;
    (void)remote_port;
    (void)local_port;
    if (x->a->sent)
        return CURL_PREREQFUNC_ABORT;
    x->a->sent = !x->has_body;
    return CURL_PREREQFUNC_OK;
}
#endif

static size_t
on_header(char *line, size_t size, size_t count, void *arg)
{
    struct exchange *x = arg;
    size_t len = size * count, n = 0;
    const char *v = NULL;

    x->header_bytes += len;
    if (x->header_bytes > HTTP_HEADER_MAX) {
        err_set(&x->fault, ERR_LIMIT, "the answer has more than %d bytes of headers",
                HTTP_HEADER_MAX);
        return 0;
    }
    if (len >= 5 && memcmp(line, "HTTP/", 5) == 0) {
        /* The final answer's, after any number of 1xx. */
        x->in_headers = true;
        x->a->date = 0;
        x->a->request_id[0] = '\0';
    } else if (len > 0 && (line[0] == '\r' || line[0] == '\n')) {
        x->in_headers = false; /* what follows the body is a trailer: not believed */
    } else if (x->in_headers && header_is(line, len, "Date", &v, &n)) {
        x->a->date = header_date(v, n);
    } else if (x->in_headers && header_is(line, len, "x-amzn-RequestId", &v, &n)) {
        text_clean(x->a->request_id, sizeof(x->a->request_id), v, n);
    }
    return len;
}

static size_t
on_body(char *data, size_t size, size_t count, void *arg)
{
    struct exchange *x = arg;

    if (secret_append(x->a->body, data, size * count, &x->fault) != 0) {
        err_wrap(&x->fault, "the answer is too large");
        return 0;
    }
    return size * count;
}

/* ---- faults ------------------------------------------------------------------------- */

/* OpenSSL's X509_V_ERR_* are part of its ABI; libcurl hands them on as numbers. */
#define CERT_NOT_YET_VALID 9
#define CERT_HAS_EXPIRED   10

static const char *
why_distrusted(CURL *curl)
{
    long result = 0;

    (void)curl_easy_getinfo(curl, CURLINFO_SSL_VERIFYRESULT, &result);
    switch (result) {
    case 0:
        return "the certificate is for another name; correct the URL";
    case CERT_NOT_YET_VALID:
    case CERT_HAS_EXPIRED:
        return "the certificate has expired or is not valid yet; check the clock of this host, "
               "then the server";
    default:
        return "the certificate is not signed by a trusted authority; set ca_bundle to the "
               "authority's certificate, or install ca-certificates";
    }
}

/* libcurl's own texts may quote a request, so none but these and the fixed ones of
 * curl_easy_strerror are used. */
static const struct {
    CURLcode code;
    enum err_code err;
    const char *text;
} faults[] = {
    {CURLE_OUT_OF_MEMORY, ERR_MEMORY, "out of memory, or a header line without an end"},
    {CURLE_URL_MALFORMAT, ERR_CONFIG, "libcurl cannot use this URL; correct it"},
    {CURLE_COULDNT_RESOLVE_HOST, ERR_NETWORK, "the name does not resolve; check DNS and region"},
    {CURLE_OPERATION_TIMEDOUT, ERR_TIMEOUT, "no answer before the deadline"},
    {CURLE_SSL_CONNECT_ERROR, ERR_NETWORK,
     "no TLS connection; the server must speak TLS 1.2 or later"},
    {CURLE_SSL_CACERT_BADFILE, ERR_CONFIG,
     "no certificates to verify the server with; correct ca_bundle or install ca-certificates"},
    {CURLE_GOT_NOTHING, ERR_NETWORK, "the connection was closed without an answer"},
    {CURLE_SEND_ERROR, ERR_NETWORK, "the connection broke while the request was sent"},
    {CURLE_RECV_ERROR, ERR_NETWORK, "the connection broke before the answer was complete"},
    {CURLE_PARTIAL_FILE, ERR_NETWORK, "the connection was closed in the middle of the answer"},
    {CURLE_SEND_FAIL_REWIND, ERR_NETWORK, "the connection was closed without an answer"},
    {CURLE_ABORTED_BY_CALLBACK, ERR_NETWORK, "the connection was closed without an answer"},
    {CURLE_UNSUPPORTED_PROTOCOL, ERR_NETWORK, "the answer is not HTTP"},
    {CURLE_WEIRD_SERVER_REPLY, ERR_NETWORK, "the answer is not HTTP"},
    {CURLE_BAD_CONTENT_ENCODING, ERR_NETWORK, "the answer's encoding was not asked for"},
#if LIBCURL_VERSION_NUM >= 0x080600
    {CURLE_TOO_LARGE, ERR_LIMIT, "the answer's headers are too large"},
#endif
};

static int
explain(CURL *curl, CURLcode code, const struct exchange *x, const char *host, struct err *e)
{
    long number = 0;

    if (x->fault.code != ERR_OK)
        return err_set(e, x->fault.code, "%s: %s", host, x->fault.msg);
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        return err_set(e, ERR_TRUST, "%s: %s", host, why_distrusted(curl));
    if (code == CURLE_COULDNT_CONNECT) {
        (void)curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &number);
        return err_set(e, ERR_NETWORK, "%s: cannot connect: %s", host,
                       number != 0 ? strerror((int)number) : "no address answered");
    }
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
        if (faults[i].code == code)
            return err_set(e, faults[i].err, "%s: %s", host, faults[i].text);
    return err_set(e, ERR_NETWORK, "%s: %s", host, curl_easy_strerror(code));
}

/* ---- one request ------------------------------------------------------------------------ */

static int
add_header(struct curl_slist **list, const char *line, struct err *e)
{
    struct curl_slist *longer;

    if (strpbrk(line, "\r\n") != NULL)
        return err_set(e, ERR_CONFIG, "the header %.*s holds a line break",
                       (int)strcspn(line, ":\r\n"), line);
    longer = curl_slist_append(*list, line);
    if (longer == NULL)
        return err_set(e, ERR_MEMORY, "out of memory");
    *list = longer;
    return 0;
}

/* As PUT with its own method name: libcurl then adds no Content-Type of its own
 * and says "Content-Length: 0" where there is no body. */
static CURLcode
set_upload(CURL *curl, const struct http_request *r, const struct exchange *x)
{
    CURLcode rc = CURLE_OK;

    if (!x->has_body && strcmp(r->method, "GET") == 0)
        return CURLE_OK;
    if ((rc = curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L)) != CURLE_OK ||
        (rc = curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, r->method)) != CURLE_OK)
        return rc;
    return curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)x->left_len);
}

static CURLcode
set_request(struct http *h, const struct http_request *r, struct exchange *x,
            struct curl_slist *headers, long timeout_ms)
{
    CURL *c = h->curl;
    CURLcode rc = CURLE_OK;

    for (size_t i = 0; rc == CURLE_OK && i < sizeof(numbers) / sizeof(numbers[0]); i++)
        rc = curl_easy_setopt(c, numbers[i].option, numbers[i].value);
    for (size_t i = 0; rc == CURLE_OK && i < sizeof(strings) / sizeof(strings[0]); i++)
        rc = curl_easy_setopt(c, strings[i].option, strings[i].value);
    if (rc != CURLE_OK || (rc = curl_easy_setopt(c, CURLOPT_URL, r->url)) != CURLE_OK ||
        (rc = curl_easy_setopt(c, CURLOPT_USERAGENT, h->user_agent)) != CURLE_OK ||
        (rc = curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers)) != CURLE_OK ||
        (rc = curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, timeout_ms)) != CURLE_OK ||
        (rc = curl_easy_setopt(c, CURLOPT_READFUNCTION, on_read)) != CURLE_OK ||
        (rc = curl_easy_setopt(c, CURLOPT_READDATA, x)) != CURLE_OK ||
        (rc = curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header)) != CURLE_OK ||
        (rc = curl_easy_setopt(c, CURLOPT_HEADERDATA, x)) != CURLE_OK ||
        (rc = curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body)) != CURLE_OK ||
        (rc = curl_easy_setopt(c, CURLOPT_WRITEDATA, x)) != CURLE_OK)
        return rc;
#if LIBCURL_VERSION_NUM >= 0x075000
    if ((rc = curl_easy_setopt(c, CURLOPT_PREREQFUNCTION, on_ready)) != CURLE_OK ||
        (rc = curl_easy_setopt(c, CURLOPT_PREREQDATA, x)) != CURLE_OK)
        return rc;
#else
    /* Without that callback: a new connection is never tried twice, and a request
     * without a body counts as sent whatever happens. */
    if (!x->has_body) {
        x->a->sent = true;
        if ((rc = curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, 1L)) != CURLE_OK)
            return rc;
    }
#endif
    return set_upload(c, r, x);
}

/* With CURLOPT_NOSIGNAL libcurl leaves SIGPIPE alone, and OpenSSL may write to a
 * connection that the server has closed. */
static CURLcode
perform(CURL *curl)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    CURLcode rc;

    (void)sigaction(SIGPIPE, &ignore, &before);
    rc = curl_easy_perform(curl);
    (void)sigaction(SIGPIPE, &before, NULL);
    return rc;
}

/* After a failure begin with a new handle: libcurl 8 remembers that it wanted to send
 * the request again (HTTP-3 forbade it) and fails every later one for that. Returns -1
 * in any case; `e` keeps why the request failed. */
static int
renew(struct http *h, struct err *e)
{
    CURL *curl = curl_easy_init();

    if (curl == NULL)
        return err_set(e, ERR_MEMORY, "out of memory");
    curl_easy_cleanup(h->curl);
    h->curl = curl;
    return -1;
}

static int
exchange(struct http *h, const struct http_request *r, const char *host, struct exchange *x,
         struct curl_slist *headers, struct err *e)
{
    int left = clock_left_ms(h->clock, r->deadline);
    CURLcode rc;
    long status = 0;

    if (left == 0)
        return err_set(e, ERR_TIMEOUT, "%s: no time left before the deadline", host);
    x->a->body = secret_new(HTTP_BODY_MAX, e);
    if (x->a->body == NULL)
        return -1;
    curl_easy_reset(h->curl); /* options only; the connection stays */
    if (set_ca(h, e) != 0)
        return -1;
    rc = set_request(h, r, x, headers, left);
    if (rc == CURLE_OK)
        rc = perform(h->curl);
    if (rc == CURLE_OK && x->in_headers) /* libcurl takes that for an empty body */
        rc = CURLE_PARTIAL_FILE;
    if (rc != CURLE_OK) {
        explain(h->curl, rc, x, host, e);
        return renew(h, e);
    }
    (void)curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);
    x->a->status = (int)status;
    return 0;
}

int
http_send(struct http *h, const struct http_request *r, struct http_answer *a, struct err *e)
{
    struct exchange x = {.a = a, .fault = ERR_INIT};
    struct curl_slist *headers = NULL;
    struct uri u;
    int rc = -1;

    memset(a, 0, sizeof(*a));
    if (uri_parse(r->url, &u, e) != 0)
        return -1;
    if (!u.tls && !uri_is_local(&u))
        return err_set(e, ERR_CONFIG,
                       "%s: plain http is for loopback and link-local addresses "
                       "only; write https://",
                       u.authority);
    if (r->body != NULL) {
        x.left = secret_str(r->body);
        x.left_len = secret_len(r->body);
        x.has_body = x.left_len > 0;
    }
    /* "Expect:" takes out libcurl's pause before a longer body. */
    if (add_header(&headers, "Expect:", e) != 0)
        goto out;
    for (size_t i = 0; r->headers != NULL && r->headers[i] != NULL; i++)
        if (add_header(&headers, r->headers[i], e) != 0)
            goto out;
    rc = exchange(h, r, u.authority, &x, headers, e);
    a->tls = rc == 0 && u.tls;
out:
    curl_slist_free_all(headers);
    if (rc != 0) {
        bool sent = a->sent;

        http_answer_free(a);
        a->sent = sent;
    }
    return rc;
}

void
http_answer_free(struct http_answer *a)
{
    secret_free(a->body);
    memset(a, 0, sizeof(*a));
}
