/*
 * xml: an answer's elements as a stream of paths and texts, over expat.
 *
 * Depth, element names and texts have ceilings; a document type declaration ends
 * the parse, so no entity is ever defined.
 */
#ifndef IAMLP_AWS_XML_H
#define IAMLP_AWS_XML_H

#include <stddef.h>

#include "base/err.h"

#define XML_DEPTH_MAX 12
#define XML_PATH_MAX  256  /* bytes of "A/B/C" */
#define XML_TEXT_MAX  8192 /* bytes of one element's text */

/* Called at the end of each element with its path from the root without
 * namespaces ("GetUserResponse/GetUserResult/User/Arn") and, for a leaf, its
 * text; for other elements text is "". Return non-zero to end the parse. */
typedef int xml_element(const char *path, const char *text, void *arg);

/* Parse doc[0..len). -1: ERR_FORMAT, ERR_LIMIT, ERR_MEMORY; or the callback has ended it, and `e`
 * is as it left it. */
int xml_parse(const char *doc, size_t len, xml_element *element, void *arg, struct err *e);

#endif
