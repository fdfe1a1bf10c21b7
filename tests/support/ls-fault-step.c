/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-fault-step.h"

#include <string.h>

/* Of a digest, enough to tell it from the others and to be read. */
#define DIGEST_LENGTH (sizeof ("sha256:") - 1 + 12)

void
ls_fault_request_clear (LsFaultRequest *request)
{
  g_clear_pointer (&request->method, g_free);
  g_clear_pointer (&request->target, g_free);
  g_clear_pointer (&request->fields, g_free);
  g_clear_pointer (&request->authorization, g_free);
  g_clear_pointer (&request->range, g_free);
  g_clear_pointer (&request->name, g_free);
}

static char *
dup_parameter (const char *target, const char *name)
{
  const char *query = strchr (target, '?');
  g_autoptr (GHashTable) parameters = NULL;

  if (query == NULL)
    return NULL;

  parameters = g_uri_parse_params (query + 1, -1, "&", G_URI_PARAMS_NONE, NULL);

  return parameters != NULL ? g_strdup (g_hash_table_lookup (parameters, name)) : NULL;
}

static void
append_digest (GString *name, const char *digest)
{
  g_string_append_len (name, digest, (gssize) MIN (strlen (digest), DIGEST_LENGTH));
}

/* Uploads have random addresses and repositories differ from case to case, so
 * neither is part of the name. */
static void
append_upload (GString *name, LsFaultRequest *request)
{
  g_autofree char *digest = dup_parameter (request->target, "digest");
  g_autofree char *mount = dup_parameter (request->target, "mount");

  g_string_append (name, mount != NULL ? "mounts" : "uploads");
  if (digest != NULL || mount != NULL)
    {
      g_string_append_c (name, '/');
      append_digest (name, digest != NULL ? digest : mount);
    }
  if (request->range != NULL)
    g_string_append_printf (name, " %s", request->range);
  else if (request->size > 0)
    g_string_append_printf (name, " %" G_GINT64_FORMAT, request->size);
}

static char *
build_name (LsFaultRequest *request)
{
  g_autoptr (GString) name = g_string_new (NULL);
  g_autofree char *path = g_strndup (request->target, strcspn (request->target, "?"));
  const char *manifest = strstr (path, "/manifests/");
  const char *blob = strstr (path, "/blobs/");

  g_string_printf (name, "%s ", request->method);
  if (manifest != NULL)
    {
      g_string_append (name, "manifests/");
      append_digest (name, manifest + strlen ("/manifests/"));
    }
  else if (strstr (path, "/blobs/uploads") != NULL)
    {
      append_upload (name, request);
    }
  else if (blob != NULL)
    {
      g_string_append (name, request->is_elsewhere ? "elsewhere/" : "blobs/");
      append_digest (name, blob + strlen ("/blobs/"));
      if (request->range != NULL)
        g_string_append_printf (name, " %s", request->range);
    }
  else
    {
      g_string_append (name, path);
    }

  return g_strdup (name->str);
}

static void
take_field (LsFaultRequest *request, GString *fields, const char *field)
{
  const char *colon = strchr (field, ':');
  g_autofree char *value = NULL;

  if (colon == NULL)
    return;

  value = g_strstrip (g_strdup (colon + 1));
  if (g_ascii_strncasecmp (field, "Connection:", colon - field + 1) == 0)
    return;
  if (g_ascii_strncasecmp (field, "Authorization:", colon - field + 1) == 0)
    {
      request->authorization = g_steal_pointer (&value);
      return;
    }

  if (g_ascii_strncasecmp (field, "Transfer-Encoding:", colon - field + 1) == 0)
    {
      request->size = -1;
      return;
    }
  if (g_ascii_strncasecmp (field, "Content-Length:", colon - field + 1) == 0)
    request->size = g_ascii_strtoll (value, NULL, 10);
  if (g_ascii_strncasecmp (field, "Range:", colon - field + 1) == 0
      || g_ascii_strncasecmp (field, "Content-Range:", colon - field + 1) == 0)
    request->range = g_strdup (g_str_has_prefix (value, "bytes=") ? value + 6 : value);
  g_string_append_printf (fields, "%s\r\n", field);
}

/**
 * ls_fault_request_read:
 * @request: (out caller-allocates): a request, all zeros
 * @in: a connection, whose lines end with LF
 *
 * Reads the head of a request.
 *
 * Returns: whether there was one
 */
gboolean
ls_fault_request_read (LsFaultRequest *request, GDataInputStream *in)
{
  g_autofree char *line = g_data_input_stream_read_line (in, NULL, NULL, NULL);
  g_auto (GStrv) words = line != NULL ? g_strsplit (g_strchomp (line), " ", 3) : NULL;
  g_autoptr (GString) fields = g_string_new (NULL);

  if (words == NULL || g_strv_length (words) != 3)
    return FALSE;

  request->method = g_strdup (words[0]);
  request->target = g_strdup (words[1]);
  request->is_elsewhere = g_str_has_prefix (request->target, "/elsewhere/");

  while (TRUE)
    {
      g_autofree char *field = g_data_input_stream_read_line (in, NULL, NULL, NULL);

      if (field == NULL)
        return FALSE;
      if (*g_strchomp (field) == '\0')
        break;
      take_field (request, fields, field);
    }

  request->fields = g_strdup (fields->str);
  request->name = build_name (request);

  return TRUE;
}

/**
 * ls_fault_reply_build:
 * @status: the status
 * @challenge: (nullable): a challenge, for 401
 * @fields: (nullable): header fields, each with its CR and LF
 * @body: the body
 *
 * Returns: (transfer full): a whole reply of a registry
 */
char *
ls_fault_reply_build (guint status, const char *challenge, const char *fields, const char *body)
{
  g_autoptr (GString) reply = g_string_new (NULL);

  g_string_printf (reply,
                   "HTTP/1.1 %u Scripted\r\nDocker-Distribution-API-Version: registry/2.0\r\n"
                   "Content-Type: application/json\r\nContent-Length: %zu\r\n",
                   status, strlen (body));
  if (challenge != NULL && status == 401)
    g_string_append_printf (reply, "WWW-Authenticate: %s\r\n", challenge);
  g_string_append_printf (reply, "%s\r\n%s", fields != NULL ? fields : "", body);

  return g_strdup (reply->str);
}

/**
 * ls_fault_error_build:
 * @status: the status
 * @challenge: (nullable): a challenge, for 401
 * @fields: (nullable): header fields, each with its CR and LF
 *
 * Returns: (transfer full): what a registry says with this status
 */
char *
ls_fault_error_build (guint status, const char *challenge, const char *fields)
{
  static const struct
  {
    guint status;
    const char *code;
  } codes[] = {
    { 401, "UNAUTHORIZED" },  { 403, "DENIED" },          { 404, "NAME_UNKNOWN" },
    { 416, "RANGE_INVALID" }, { 429, "TOOMANYREQUESTS" }, { 503, "UNAVAILABLE" },
  };
  const char *code = "UNKNOWN";
  g_autofree char *body = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    if (codes[i].status == status)
      code = codes[i].code;
  body = g_strdup_printf ("{\"errors\":[{\"code\":\"%s\",\"message\":\"injected\"}]}", code);

  return ls_fault_reply_build (status, challenge, fields, body);
}
