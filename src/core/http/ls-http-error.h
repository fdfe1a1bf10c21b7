/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-error.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where failures become LsErrors. */

void    ls_http_set_error            (GError               **error,
                                      LsError                code,
                                      const char            *subject,
                                      const char            *format,
                                      ...) G_GNUC_PRINTF (4, 5);
GError *ls_http_error_from_transport (const GError          *error,
                                      const char            *host,
                                      GTlsCertificateFlags   certificate_errors);
char   *ls_http_describe_certificate_errors (GTlsCertificateFlags errors);

G_END_DECLS
