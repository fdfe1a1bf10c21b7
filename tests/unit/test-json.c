/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-json.h"

#include <string.h>

#define ROOM (16 * 1024 * 1024)

static JsonNode *
parse (const char *text, gssize length, gsize max_size, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length < 0 ? strlen (text) : (gsize) length);

  return ls_json_parse (bytes, max_size, error);
}

static const char *const good[] = {
  "{}",
  "[]",
  " \t\r\n[ ] \n",
  "null",
  "true",
  "\"\"",
  "\"\xe4\xbd\xa0\xe5\xa5\xbd\"",
  "\"\\u4f60\\ud83d\\ude00\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
  "0",
  "-0",
  "-1.5e+10",
  "1E5",
  "1e-5",
  "9223372036854775807",
  "-9223372036854775808",
  "{\"a\":{\"a\":1},\"A\":[{\"a\":2},{\"a\":3}]}",
};

static const char *const bad[] = {
  "",
  " ",
  "{",
  "}",
  "[1",
  "[1 2]",
  "[1,]",
  "[,1]",
  "{\"a\"}",
  "{\"a\":}",
  "{\"a\":1,}",
  "{a:1}",
  "{'a':1}",
  "{1:1}",
  "[1}",
  "{} {}",
  "{}x",
  "nul",
  "nulll",
  "True",
  "undefined",
  "NaN",
  "-NaN",
  "Infinity",
  "-Infinity",
  "-",
  "+1",
  "01",
  "0x10",
  "1.",
  ".5",
  "1e",
  "1e+",
  "1e999",
  "9223372036854775808",
  "-9223372036854775809",
  "18446744073709551615",
  "99999999999999999999999999",
  "\"",
  "\"a\nb\"",
  "\"\\x\"",
  "\"\\u12\"",
  "\"\\u12g4\"",
  "\"\\u0000\"",
  "\"\\ud800\"",
  "\"\\ud800\\u0041\"",
  "\"\\udc00\"",
  "\"\\",
  "\"\xff\"",
  "\"\xed\xa0\x80\"",
  "\xef\xbb\xbf{}",
  "// comment\n{}",
  "/* comment */{}",
  "{\"a\":1,\"a\":1}",
  "{\"a\":1,\"\\u0061\":2}",
  "{\"x\":{\"a\":1,\"b\":2,\"a\":3}}",
  "{\"\":1,\"\":1}",
};

static void
test_good (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = parse (good[i], -1, ROOM, &error);

      g_test_message ("%s", good[i]);
      g_assert_no_error (error);
      g_assert_nonnull (node);
    }
}

static void
test_bad (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_null (parse (bad[i], -1, ROOM, &error));
      g_assert_error (error, LS_ERROR, LS_ERROR_PROTOCOL);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

static void
test_nul (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (parse ("{}\0", 3, ROOM, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_PROTOCOL);
  g_clear_error (&error);
  g_assert_null (parse ("\"a\0b\"", 5, ROOM, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_PROTOCOL);
}

static void
test_unescaped (void)
{
  g_autoptr (JsonNode) node =
      parse ("{\"\\u0061\":\"\\ud83d\\ude00\\\"\\\\\\/\\b\\f\\n\\r\\t\"}", -1, ROOM, NULL);

  g_assert_nonnull (node);
  g_assert_cmpstr (ls_json_get_string (json_node_get_object (node), "a"), ==,
                   "\xf0\x9f\x98\x80\"\\/\b\f\n\r\t");
}

static char *
repeat (const char *before, const char *unit, guint times, const char *after)
{
  GString *text = g_string_new (before);

  for (guint i = 0; i < times; i++)
    g_string_append (text, unit);
  g_string_append (text, after);

  return g_string_free (text, FALSE);
}

static char *
nest (guint depth)
{
  g_autofree char *opening = repeat ("", "[", depth, "");

  return repeat (opening, "]", depth, "");
}

static void
test_depth (void)
{
  g_autofree char *deepest = nest (LS_JSON_MAX_DEPTH);
  g_autofree char *deeper = nest (LS_JSON_MAX_DEPTH + 1);
  g_autofree char *abyss = repeat ("", "[", 1000000, "");
  g_autofree char *objects = repeat ("", "{\"a\":", 1000000, "");
  const char *const too_deep[] = { deeper, abyss, objects };
  g_autoptr (JsonNode) node = parse (deepest, -1, ROOM, NULL);

  g_assert_nonnull (node);
  for (gsize i = 0; i < G_N_ELEMENTS (too_deep); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (too_deep[i], -1, ROOM, &error));
      g_assert_error (error, LS_ERROR, LS_ERROR_PROTOCOL);
    }
}

static void
test_siblings (void)
{
  /* Only what is open at a time counts as depth. */
  g_autofree char *text = repeat ("[[]", ",[{}]", 1000, "]");
  g_autoptr (JsonNode) node = parse (text, -1, ROOM, NULL);

  g_assert_nonnull (node);
}

static void
test_size (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = parse ("[1]", -1, 3, NULL);

  g_assert_nonnull (node);
  g_assert_null (parse ("[1]", -1, 2, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TOO_LARGE);
}

static void
test_too_many_values (void)
{
  g_autofree char *text = repeat ("[0", ",0", 4 * 1024 * 1024, "]");
  g_autoptr (GError) error = NULL;

  g_assert_null (parse (text, -1, ROOM, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TOO_LARGE);
}

/* As many as the list of a large repository on Google's registry has. */
static void
test_many_members (void)
{
  g_autoptr (GString) text = g_string_new ("{\"x\":0");
  g_autoptr (JsonNode) node = NULL;

  for (guint i = 0; i < 50000; i++)
    g_string_append_printf (text, ",\"sha256:%u\":0", i);
  g_string_append_c (text, '}');
  node = parse (text->str, -1, ROOM, NULL);

  g_assert_nonnull (node);
}

/* "Ez" and "FY" have one hash, and so have all strings made of them. */
static void
test_colliding_members (void)
{
  g_autoptr (GString) text = g_string_new ("{\"x\":0");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 100; i++)
    {
      g_string_append (text, ",\"");
      for (guint bit = 0; bit < 8; bit++)
        g_string_append (text, (i >> bit) & 1 ? "Ez" : "FY");
      g_string_append (text, "\":0");
    }
  g_string_append_c (text, '}');

  g_assert_null (parse (text->str, -1, ROOM, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_PROTOCOL);
}

static void
test_object (void)
{
  g_autoptr (GBytes) object_bytes = g_bytes_new_static ("{\"a\":1}", 7);
  g_autoptr (GBytes) array_bytes = g_bytes_new_static ("[1]", 3);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = ls_json_parse_object (object_bytes, ROOM, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (json_object_get_size (object), ==, 1);
  g_assert_null (ls_json_parse_object (array_bytes, ROOM, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_PROTOCOL);
}

/* One member of each type, and for each getter the one that it may see. */
static void
test_getters (void)
{
  static const char text[] = "{\"string\":\"s\",\"integer\":-7,\"float\":7.0,\"exponent\":1e3,"
                             "\"boolean\":true,\"null\":null,\"object\":{},\"array\":[]}";
  static const char *const members[] = { "string", "integer", "float", "exponent", "boolean",
                                         "null",   "object",  "array", "absent" };
  g_autoptr (JsonNode) node = parse (text, -1, ROOM, NULL);
  JsonObject *object = json_node_get_object (node);

  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      const char *member = members[i];
      gint64 value = 42;

      g_assert_cmpstr (ls_json_get_string (object, member), ==,
                       g_str_equal (member, "string") ? "s" : NULL);
      g_assert_cmpint (ls_json_get_int64 (object, member, &value), ==,
                       g_str_equal (member, "integer"));
      g_assert_cmpint (value, ==, g_str_equal (member, "integer") ? -7 : 42);
      g_assert_cmpint (ls_json_get_boolean (object, member), ==, g_str_equal (member, "boolean"));
      g_assert_cmpint (ls_json_get_object (object, member) != NULL, ==,
                       g_str_equal (member, "object"));
      g_assert_cmpint (ls_json_get_array (object, member) != NULL, ==,
                       g_str_equal (member, "array"));
    }
}

static void
test_getters_without_object (void)
{
  gint64 value;

  g_assert_null (ls_json_get_string (NULL, "a"));
  g_assert_false (ls_json_get_int64 (NULL, "a", &value));
  g_assert_false (ls_json_get_boolean (NULL, "a"));
  g_assert_null (ls_json_get_object (NULL, "a"));
  g_assert_null (ls_json_get_array (NULL, "a"));
}

static void
test_integers (void)
{
  g_autoptr (JsonNode) node = parse (
      "{\"max\":9223372036854775807,\"min\":-9223372036854775808,\"zero\":-0}", -1, ROOM, NULL);
  JsonObject *object = json_node_get_object (node);
  gint64 value;

  g_assert_true (ls_json_get_int64 (object, "max", &value));
  g_assert_cmpint (value, ==, G_MAXINT64);
  g_assert_true (ls_json_get_int64 (object, "min", &value));
  g_assert_cmpint (value, ==, G_MININT64);
  g_assert_true (ls_json_get_int64 (object, "zero", &value));
  g_assert_cmpint (value, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json/good", test_good);
  g_test_add_func ("/json/bad", test_bad);
  g_test_add_func ("/json/nul", test_nul);
  g_test_add_func ("/json/unescaped", test_unescaped);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/siblings", test_siblings);
  g_test_add_func ("/json/size", test_size);
  g_test_add_func ("/json/too-many-values", test_too_many_values);
  g_test_add_func ("/json/many-members", test_many_members);
  g_test_add_func ("/json/colliding-members", test_colliding_members);
  g_test_add_func ("/json/object", test_object);
  g_test_add_func ("/json/getters", test_getters);
  g_test_add_func ("/json/getters-without-object", test_getters_without_object);
  g_test_add_func ("/json/integers", test_integers);

  return g_test_run ();
}
