/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The most of a kind that a reader may be given, made to wind it up: what costs the
 * square of its length takes minutes here, and what does not a moment. */

#include "ls-challenge.h"
#include "ls-http-headers.h"
#include "ls-json.h"
#include "ls-manifest.h"
#include "ls-reference.h"
#include "ls-server-message.h"

#include <string.h>

#define KIB ((gsize) 1024)
#define MIB (KIB * 1024)

typedef void (*Reader) (const char *text, gsize length);

static char *
make_text (const char *start, const char *unit, gsize size, const char *end)
{
  GString *text = g_string_sized_new (size + 64);

  g_string_append (text, start);
  while (text->len < size)
    g_string_append (text, unit);
  g_string_append (text, end);

  return g_string_free (text, FALSE);
}

static void
read_json (const char *text, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, length);
  g_autoptr (JsonNode) node = ls_json_parse (bytes, LS_MANIFEST_MAX_SIZE, NULL);
}

static void
read_page (const char *text, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, length);

  /* There is little room for such a text, but every request may bring one. */
  for (int i = 0; i < 50; i++)
    {
      g_auto (LsServerMessage) message = { 0 };

      ls_server_message_parse (&message, bytes, TRUE);
    }
}

static void
read_link (const char *text, gsize length)
{
  g_free (ls_http_parse_next_link (text));
}

static void
read_challenge (const char *text, gsize length)
{
  g_autoptr (LsChallenge) challenge = ls_challenge_parse (text);
}

static void
read_reference (const char *text, gsize length)
{
  ls_reference_check (text);
}

static void
read_registry_name (const char *text, gsize length)
{
  g_free (ls_registry_name_normalize (text, NULL));
}

static const struct
{
  Reader reader;
  gsize size;
  const char *start;
  const char *unit;
  const char *end;
} cases[] = {
  { read_json, 2 * MIB, "[\"", "\\\"", "\"]" },
  { read_json, 2 * MIB, "[\"", "\\u0041", "\"]" },
  { read_json, 2 * MIB, "[\"", "a", "" },
  { read_json, 2 * MIB, "[", "1", "]" },
  { read_json, 2 * MIB, "[0.", "0", "1e-9]" },
  { read_json, 2 * MIB, "[1e", "9", "]" },
  { read_json, 2 * MIB, "", "[", "" },
  { read_json, 2 * MIB, "", "{\"a\":", "" },
  { read_json, 2 * MIB, "[", " ", "]" },
  { read_page, 64 * KIB - 16, "", "<title", ">" },
  { read_page, 64 * KIB - 16, "<title>", " ", "</title>" },
  { read_page, 64 * KIB - 16, "", "\xe2\x80\xae", "" },
  { read_page, 64 * KIB - 16, "", "<", "title>" },
  { read_link, 256 * KIB, "", "<a>", "" },
  { read_link, 256 * KIB, "", "<a>,", "" },
  { read_link, 256 * KIB, "", "<", ">" },
  { read_link, 32 * KIB, "<a>", ";", "" },
  { read_link, 32 * KIB, "<a>", ";rel=\"", "" },
  { read_link, 32 * KIB, "<a>", ";rel=x ", "" },
  { read_link, 32 * KIB, "<a>;rel=\"", "next\t", "\"" },
  { read_challenge, 16 * KIB - 1, "", "a ", "" },
  { read_challenge, 16 * KIB - 1, "", "a=", "" },
  { read_challenge, 16 * KIB - 1, "Bearer ", "a=\"", "" },
  { read_challenge, 16 * KIB - 1, "Bearer ", ",", "" },
  { read_reference, 256 * KIB, "", "a/", "b" },
  { read_reference, 256 * KIB, "", "/", "" },
  { read_reference, 256 * KIB, "a", "-", "a" },
  { read_reference, 256 * KIB, "a", ":1", "" },
  { read_reference, 256 * KIB, "a", "@", "" },
  { read_reference, 32 * KIB, "", "a.", "a/b" },
  { read_registry_name, 4 * MIB, "", "/", "" },
  { read_registry_name, 32 * KIB, "", "a.", "a" },
  { read_registry_name, 256 * KIB, "[", ":", "]" },
  { read_registry_name, 256 * KIB, "a:", "1", "" },
};

static void
test_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text =
          make_text (cases[i].start, cases[i].unit, cases[i].size, cases[i].end);
      gint64 start = g_get_monotonic_time ();

      cases[i].reader (text, strlen (text));
      g_test_message ("%s%s...: %.3f s", cases[i].start, cases[i].unit,
                      (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/large-texts/cases", test_cases);

  return g_test_run ();
}
