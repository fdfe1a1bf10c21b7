/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-server-message.h"

#include "ls-json.h"

#include <string.h>

/* One line of at most LS_SERVER_MESSAGE_MAX_TEXT characters: what controls a
 * terminal or the direction of text is dropped, white space is folded. */
static char *
tidy (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autoptr (GString) result = g_string_new (NULL);
  glong length = 0;
  gboolean space = FALSE;

  for (const char *p = valid; *p != '\0' && length < LS_SERVER_MESSAGE_MAX_TEXT;
       p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      GUnicodeType type = g_unichar_type (c);

      if (g_unichar_isspace (c))
        {
          space = TRUE;
          continue;
        }
      if (type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT || type == G_UNICODE_UNASSIGNED)
        continue;

      if (space && result->len > 0)
        {
          g_string_append_c (result, ' ');
          length++;
        }
      space = FALSE;
      g_string_append_unichar (result, c);
      length++;
    }

  return result->len > 0 ? g_strdup (result->str) : NULL;
}

/* {"errors":[{"code":..,"message":..,"detail":..}]}: OCI distribution
 * specification, "Error codes". */
static gboolean
take_registry_errors (LsServerMessage *self, JsonObject *object)
{
  JsonArray *errors = ls_json_get_array (object, "errors");
  g_autoptr (GString) text = g_string_new (NULL);

  if (errors == NULL)
    return FALSE;

  for (guint i = 0; i < MIN (json_array_get_length (errors), 3); i++)
    {
      JsonNode *node = json_array_get_element (errors, i);
      JsonObject *entry;
      const char *message;
      const char *detail;

      if (!JSON_NODE_HOLDS_OBJECT (node))
        continue;

      entry = json_node_get_object (node);
      message = ls_json_get_string (entry, "message");
      detail = ls_json_get_string (entry, "detail");
      if (self->code == NULL)
        self->code = g_strdup (ls_json_get_string (entry, "code"));

      if (text->len > 0)
        g_string_append (text, "; ");
      if (message != NULL && *message != '\0')
        g_string_append (text, message);
      else if (ls_json_get_string (entry, "code") != NULL)
        g_string_append (text, ls_json_get_string (entry, "code"));
      if (detail != NULL && *detail != '\0')
        g_string_append_printf (text, " (%s)", detail);
    }

  self->text = tidy (text->str);

  return TRUE;
}

static gboolean
take_single_member (LsServerMessage *self, JsonObject *object)
{
  static const char *const members[] = { "message",           "detail", "details", "text",
                                         "error_description", "error" };

  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      const char *value = ls_json_get_string (object, members[i]);

      if (value != NULL && *value != '\0')
        {
          self->text = tidy (value);
          return TRUE;
        }
    }

  return FALSE;
}

static const char *
find_ignoring_case (const char *text, const char *wanted)
{
  gsize length = strlen (wanted);

  for (; *text != '\0'; text++)
    if (g_ascii_strncasecmp (text, wanted, length) == 0)
      return text;

  return NULL;
}

/* A page is for browsers; its title is all a person wants of it. */
static char *
title_of_page (const char *html)
{
  const char *tag = find_ignoring_case (html, "<title");
  const char *start = tag != NULL ? strchr (tag, '>') : NULL;
  g_autofree char *title = NULL;

  if (start == NULL)
    return NULL;

  title = g_strndup (start + 1, strcspn (start + 1, "<"));

  return tidy (title);
}

/**
 * ls_server_message_parse:
 * @message: (out caller-allocates): a message to fill
 * @body: the body of a reply that tells of a failure
 * @is_html: whether it was sent as HTML
 *
 * Reads the registry's `errors[]`, Docker Hub's `{message}` and `{detail}`, and
 * otherwise takes plain text as it is and the title of a page.
 */
void
ls_server_message_parse (LsServerMessage *message, GBytes *body, gboolean is_html)
{
  gsize size;
  const char *data = g_bytes_get_data (body, &size);
  g_autofree char *valid = NULL;
  g_autoptr (JsonObject) object = NULL;

  *message = (LsServerMessage){ 0 };

  if (size == 0)
    return;

  valid = g_utf8_make_valid (data, (gssize) MIN (size, LS_SERVER_MESSAGE_MAX_BODY));
  g_strstrip (valid);

  if (*valid == '{')
    object = ls_json_parse_object (body, LS_SERVER_MESSAGE_MAX_BODY, NULL);

  if (object != NULL)
    {
      if (!take_registry_errors (message, object))
        take_single_member (message, object);
    }
  else if (is_html || *valid == '<')
    {
      message->text = title_of_page (valid);
    }
  else
    {
      message->text = tidy (valid);
    }
}

/**
 * ls_server_message_clear:
 * @message: a message
 */
void
ls_server_message_clear (LsServerMessage *message)
{
  g_clear_pointer (&message->code, g_free);
  g_clear_pointer (&message->text, g_free);
}
