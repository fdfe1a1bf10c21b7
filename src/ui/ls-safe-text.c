/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-safe-text.h"

#include <string.h>

/* How many combining marks may sit on one character: enough for every living
 * script, too few to paint over the lines around. */
#define MAX_MARKS 8

static gboolean
is_line_or_space (gunichar c)
{
  return c == '\t' || c == '\n' || c == '\v' || c == '\f' || c == '\r' || c == 0x85
         || g_unichar_isspace (c) || c == 0x2028 || c == 0x2029;
}

/* What changes how other characters are shown without being seen itself. The
 * joiners U+200C and U+200D stay: Persian and many emoji are wrong without. */
static gboolean
is_invisible (gunichar c)
{
  if (c == 0x200c || c == 0x200d)
    return FALSE;

  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT: /* bidirectional controls, zero-width spaces, tags */
    case G_UNICODE_SURROGATE:
      return TRUE;
    default:
      return c == 0x034f || c == 0x115f || c == 0x1160 || c == 0x3164 || c == 0xffa0
             || (c >= 0xfff0 && c <= 0xfff8) || (c >= 0xe0000 && c <= 0xe0fff);
    }
}

static gboolean
is_mark (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return type == G_UNICODE_NON_SPACING_MARK || type == G_UNICODE_ENCLOSING_MARK
         || type == G_UNICODE_SPACING_MARK;
}

/**
 * ls_safe_text:
 * @text: (nullable): text from outside
 * @max_chars: how many characters to keep at most; 0 for all
 *
 * Makes one line of valid UTF-8: white space of any kind and length becomes one
 * space, control and bidirectional formatting characters go away, stacks of
 * combining marks are cut, and so is what is longer than @max_chars, with an
 * ellipsis.
 *
 * Returns: (transfer full): text that is safe in a label without markup; may be empty
 */
char *
ls_safe_text (const char *text, guint max_chars)
{
  g_autofree char *valid = NULL;
  GString *safe;
  gboolean space = FALSE;
  guint n_chars = 0;
  guint n_marks = 0;

  if (text == NULL)
    return g_strdup ("");

  valid = g_utf8_make_valid (text, -1);
  safe = g_string_sized_new (strlen (valid));

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_line_or_space (c))
        {
          space = safe->len > 0;
          continue;
        }

      if (is_invisible (c))
        continue;

      n_marks = is_mark (c) ? n_marks + 1 : 0;
      if (n_marks > MAX_MARKS)
        continue;

      if (max_chars > 0 && n_chars + (space ? 2 : 1) > max_chars)
        {
          g_string_append (safe, "…");
          break;
        }

      if (space)
        {
          g_string_append_c (safe, ' ');
          n_chars++;
          space = FALSE;
        }

      g_string_append_unichar (safe, c);
      n_chars++;
    }

  return g_string_free (safe, FALSE);
}
