/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-http-error.h"

/**
 * ls_http_set_error:
 * @error: return location for an error, or %NULL
 * @code: an error code
 * @subject: (nullable): the host, reference or digest it is about
 * @format: a printf() format for the message
 * @...: its arguments
 *
 * Sets an error of the %LS_ERROR domain together with its subject.
 */
void
ls_http_set_error (GError **error, LsError code, const char *subject, const char *format, ...)
{
  va_list arguments;
  GError *result;

  va_start (arguments, format);
  result = g_error_new_valist (LS_ERROR, (int) code, format, arguments);
  va_end (arguments);

  ls_error_set_subject (result, subject);
  g_propagate_error (error, result);
}

/**
 * ls_http_describe_certificate_errors:
 * @errors: what is wrong with a certificate
 *
 * Returns: (transfer full): the reasons, in plain English
 */
char *
ls_http_describe_certificate_errors (GTlsCertificateFlags errors)
{
  static const struct
  {
    GTlsCertificateFlags flag;
    const char *reason;
  } reasons[] = {
    { G_TLS_CERTIFICATE_UNKNOWN_CA, "its authority is unknown" },
    { G_TLS_CERTIFICATE_BAD_IDENTITY, "it belongs to another host" },
    { G_TLS_CERTIFICATE_EXPIRED, "it has expired" },
    { G_TLS_CERTIFICATE_NOT_ACTIVATED, "it is not valid yet" },
    { G_TLS_CERTIFICATE_REVOKED, "it was revoked" },
    { G_TLS_CERTIFICATE_INSECURE, "its algorithm is insecure" },
  };
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      if (errors & reasons[i].flag)
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", reasons[i].reason);
    }

  if (text->len == 0)
    g_string_append (text, "it could not be verified");

  return g_strdup (text->str);
}

static GError *
from_tls_error (const GError *error, const char *host, GTlsCertificateFlags certificate_errors)
{
  g_autofree char *reasons = NULL;
  GError *result;

  if (certificate_errors == 0 && !g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE)
      && !g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED))
    {
      result = g_error_new (LS_ERROR, LS_ERROR_INSECURE, "%s does not speak TLS", host);
      ls_error_set_server_text (result, error->message);
      return result;
    }

  reasons = certificate_errors != 0 ? ls_http_describe_certificate_errors (certificate_errors)
                                    : g_strdup (error->message);
  result = g_error_new (LS_ERROR, LS_ERROR_TLS, "The certificate of %s is not trusted: %s", host,
                        reasons);
  ls_error_set_server_text (result, reasons);

  return result;
}

/**
 * ls_http_error_from_transport:
 * @error: what GIO or libsoup reported
 * @host: the server
 * @certificate_errors: what was wrong with its certificate, if that was it
 *
 * A cancelled call stays %G_IO_ERROR_CANCELLED. A port that answers without
 * TLS where TLS was tried is %LS_ERROR_INSECURE: going on would mean plain http.
 *
 * Returns: (transfer full): the error to hand out
 */
GError *
ls_http_error_from_transport (const GError *error, const char *host,
                              GTlsCertificateFlags certificate_errors)
{
  GError *result;

  if (error->domain == LS_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (error);

  if (error->domain == G_TLS_ERROR)
    result = from_tls_error (error, host, certificate_errors);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    result = g_error_new (LS_ERROR, LS_ERROR_TIMED_OUT, "%s stopped answering", host);
  else if (error->domain == G_RESOLVER_ERROR)
    result =
        g_error_new (LS_ERROR, LS_ERROR_OFFLINE, "%s cannot be found: %s", host, error->message);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA)
           || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT))
    result = g_error_new (LS_ERROR, LS_ERROR_PROTOCOL, "%s does not speak HTTP: %s", host,
                          error->message);
  else
    result =
        g_error_new (LS_ERROR, LS_ERROR_OFFLINE, "%s cannot be reached: %s", host, error->message);

  ls_error_set_subject (result, host);

  return result;
}
