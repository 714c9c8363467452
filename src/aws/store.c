#include "aws/store.h"

#include <curl/curl.h>
#include <stdint.h>

/* For the server and for a proxy that speaks TLS. */
static const struct {
    CURLoption file, folder, blob;
} places[] = {
    {CURLOPT_CAINFO, CURLOPT_CAPATH, CURLOPT_CAINFO_BLOB},
    {CURLOPT_PROXY_CAINFO, CURLOPT_PROXY_CAPATH, CURLOPT_PROXY_CAINFO_BLOB},
};

void
store_init(struct store *s, const char *pem, size_t len)
{
    *s = (struct store){pem, len, curl_version_info(CURLVERSION_NOW)->capath == NULL};
}

int
store_apply(const struct store *s, void *curl, struct err *e)
{
    struct curl_blob blob = {(void *)(uintptr_t)s->pem, s->len, CURL_BLOB_NOCOPY};

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (s->pem == NULL && s->whole)
            continue;
        if (curl_easy_setopt(curl, places[i].file, NULL) != CURLE_OK)
            return err_set(e, ERR_MEMORY, "out of memory");
        if (s->pem == NULL)
            continue;
        /* Otherwise the folder that libcurl was built with counts as well. */
        if (curl_easy_setopt(curl, places[i].folder, NULL) != CURLE_OK ||
            curl_easy_setopt(curl, places[i].blob, &blob) != CURLE_OK)
            return err_set(e, ERR_CONFIG,
                           "this libcurl (%s) cannot take certificates from memory; remove "
                           "ca_bundle or use a libcurl with OpenSSL",
                           curl_version_info(CURLVERSION_NOW)->ssl_version);
    }
    return 0;
}

bool
store_widen(struct store *s)
{
    if (s->pem != NULL || s->whole)
        return false;
    s->whole = true;
    return true;
}
