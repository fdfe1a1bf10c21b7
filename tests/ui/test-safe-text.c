/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-safe-text.h"

static void
test_cases (void)
{
  static const struct
  {
    const char *name;
    const char *text;
    guint max_chars;
    const char *expected;
  } cases[] = {
    { "nothing", NULL, 0, "" },
    { "empty", "", 0, "" },
    { "plain", "Ubuntu is a Debian-based system", 0, "Ubuntu is a Debian-based system" },
    { "markup stays text", "<b>a</b> &amp; b", 0, "<b>a</b> &amp; b" },
    { "lines", "one\r\ntwo\n\n\tthree", 0, "one two three" },
    { "separators",
      "a\u2028b\u2029c\xc2\x85"
      "d",
      0, "a b c d" },
    { "spaces around", "  \n a  b \t ", 0, "a b" },
    { "wide spaces", "a\u3000\u00a0b", 0, "a b" },
    { "escape sequence", "\033[31mred\033[0m", 0, "[31mred[0m" },
    { "bell and delete", "a\007b\177c", 0, "abc" },
    { "C1 controls",
      "a\xc2\x9b"
      "b",
      0, "ab" },
    { "override", "moby\u202egnp.exe\u202c", 0, "mobygnp.exe" },
    { "isolates", "\u2066a\u2069\u2067b\u2068c", 0, "abc" },
    { "marks of direction", "\u200ea\u200fb\u061cc", 0, "abc" },
    { "zero width", "do\u200bck\ufeffer\u2060", 0, "docker" },
    { "soft hyphen", "do\u00adcker", 0, "docker" },
    { "tags", "ok\U000e0041\U000e007f", 0, "ok" },
    { "blank letters", "a\u3164\u115fb", 0, "ab" },
    { "joiner in an emoji", "\U0001f469\u200d\U0001f4bb", 0, "\U0001f469\u200d\U0001f4bb" },
    { "non-joiner", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", 0,
      "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645" },
    { "Chinese", "轻量级的网页服务器", 0, "轻量级的网页服务器" },
    { "accents", "e\u0301a\u0308\u0301", 0, "e\u0301a\u0308\u0301" },
    { "stack of marks", "a\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301b", 0,
      "a\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301b" },
    { "invalid bytes",
      "a\xff\xfe"
      "b",
      0, "a\ufffd\ufffdb" },
    { "cut in a sequence", "a\xe4\xbd", 0, "a\ufffd\ufffd" },
    { "fits", "12345", 5, "12345" },
    { "is cut", "123456", 5, "12345…" },
    { "is cut at a space", "1234 678", 5, "1234…" },
    { "counts characters", "容器镜像仓库", 4, "容器镜像…" },
    { "spaces do not count when they go", "12345   ", 5, "12345" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *safe = ls_safe_text (cases[i].text, cases[i].max_chars);

      g_test_message ("%s", cases[i].name);
      g_assert_cmpstr (safe, ==, cases[i].expected);
      g_assert_true (g_utf8_validate (safe, -1, NULL));
    }
}

/* Every character from @first on that there is, up to @n of them. */
static char *
list_characters (gunichar first, gunichar n)
{
  g_autoptr (GString) text = g_string_new ("a");

  for (gunichar c = first; c < first + n; c++)
    if (g_unichar_validate (c))
      {
        g_string_append_unichar (text, c);
        g_string_append_c (text, '-');
      }
  g_string_append_c (text, 'b');

  return g_strdup (text->str);
}

/* Nothing that a text can hold may come out as a control or as a second line. */
static void
test_every_character (void)
{
  const gunichar n = 0x1000;

  for (gunichar first = 0; first <= 0x10ffff; first += n)
    {
      g_autofree char *text = list_characters (MAX (first, 1), n);
      g_autofree char *safe = ls_safe_text (text, 0);
      const char *end;

      g_assert_true (g_utf8_validate (safe, -1, &end));
      g_assert_cmpint (safe[0], ==, 'a');
      g_assert_cmpint (end[-1], ==, 'b');
      for (const char *p = safe; *p != '\0'; p = g_utf8_next_char (p))
        {
          GUnicodeType type = g_unichar_type (g_utf8_get_char (p));

          g_assert_cmpint (type, !=, G_UNICODE_CONTROL);
          g_assert_cmpint (type, !=, G_UNICODE_LINE_SEPARATOR);
          g_assert_cmpint (type, !=, G_UNICODE_PARAGRAPH_SEPARATOR);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/safe-text/cases", test_cases);
  g_test_add_func ("/safe-text/every-character", test_every_character);

  return g_test_run ();
}
