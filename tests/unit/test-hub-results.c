/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-hub-results.h"

#include <string.h>

static GBytes *
bytes (const char *text)
{
  return g_bytes_new_static (text, strlen (text));
}

static void
test_search (void)
{
  g_autoptr (GBytes) body = bytes (
      "{\"total\":60,\"results\":["
      "{\"id\":\"ubuntu\",\"name\":\"ubuntu\",\"slug\":\"ubuntu\",\"type\":\"image\",\"publisher\":"
      "{\"id\":\"docker\",\"name\":\"Docker\"},\"short_description\":\"Ubuntu "
      "is\\na\\tDebian-based  "
      "Linux\",\"badge\":\"official\",\"star_count\":17000,\"pull_count\":\"1B+\",\"archived\":"
      "false},"
      "{\"name\":\"bitnami/nginx\",\"type\":\"image\",\"badge\":\"verified_publisher\","
      "\"star_count\":200,\"pull_count\":\"500K+\",\"short_description\":null},"
      "{\"name\":\"linuxserver/nginx\",\"badge\":\"open_source\",\"pull_count\":\"1.5M\"},"
      "{\"name\":\"library/alpine\",\"badge\":\"none\",\"star_count\":-3,\"pull_count\":12345,"
      "\"is_automated\":true},"
      "{\"name\":\"docker/some-extension\",\"type\":\"extension\"},"
      "{\"name\":\"Not A Name\"},{\"name\":\"evil.example/x\"},{\"name\":\"x:tag\"},{\"name\":7},"
      "{},null,[]]}");
  g_auto (LsHubResults) results = { 0 };
  g_autoptr (GError) error = NULL;
  LsHubRepository *repository;

  g_assert_true (ls_hub_results_parse_search (&results, body, 0, &error));
  g_assert_no_error (error);
  g_assert_cmpint (results.total, ==, 60);
  g_assert_true (results.has_more);
  g_assert_cmpuint (results.repositories->len, ==, 4);

  repository = results.repositories->pdata[0];
  g_assert_cmpstr (ls_hub_repository_get_name (repository), ==, "ubuntu");
  g_assert_cmpstr (ls_hub_repository_get_description (repository), ==,
                   "Ubuntu is a Debian-based Linux");
  g_assert_cmpint (ls_hub_repository_get_star_count (repository), ==, 17000);
  g_assert_cmpint (ls_hub_repository_get_pull_count (repository), ==, 1000000000);
  g_assert_cmpstr (ls_hub_repository_get_pull_count_text (repository), ==, "1B+");
  g_assert_true (ls_hub_repository_get_official (repository));
  g_assert_false (ls_hub_repository_get_automated (repository));

  repository = results.repositories->pdata[1];
  g_assert_cmpstr (ls_hub_repository_get_name (repository), ==, "bitnami/nginx");
  g_assert_cmpstr (ls_hub_repository_get_description (repository), ==, "");
  g_assert_cmpint (ls_hub_repository_get_pull_count (repository), ==, 500000);
  g_assert_cmpint (ls_hub_repository_get_publisher (repository), ==, LS_HUB_PUBLISHER_VERIFIED);
  g_assert_false (ls_hub_repository_get_official (repository));

  repository = results.repositories->pdata[2];
  g_assert_cmpint (ls_hub_repository_get_pull_count (repository), ==, 1500000);
  g_assert_cmpint (ls_hub_repository_get_publisher (repository), ==, LS_HUB_PUBLISHER_OPEN_SOURCE);

  repository = results.repositories->pdata[3];
  g_assert_cmpstr (ls_hub_repository_get_name (repository), ==, "alpine");
  g_assert_cmpint (ls_hub_repository_get_star_count (repository), ==, 0);
  g_assert_cmpint (ls_hub_repository_get_pull_count (repository), ==, 12345);
  g_assert_null (ls_hub_repository_get_pull_count_text (repository));
  g_assert_true (ls_hub_repository_get_automated (repository));
}

static void
test_index (void)
{
  g_autoptr (GBytes) body =
      bytes ("{\"num_pages\":1237,\"num_results\":30925,\"page_size\":25,\"page\":1,\"query\":"
             "\"mysql\",\"results\":[{\"name\":\"mysql\",\"description\":\"MySQL is a database\","
             "\"pull_count\":3282532963,\"star_count\":0,\"is_trusted\":false,\"is_automated\":"
             "false,\"is_official\":true},{\"name\":\"me/mysql\",\"is_official\":\"yes\"}]}");
  g_auto (LsHubResults) results = { 0 };
  g_auto (LsHubResults) last = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (ls_hub_results_parse_index (&results, body, 0, &error));
  g_assert_no_error (error);
  g_assert_cmpint (results.total, ==, 30925);
  g_assert_true (results.has_more);
  g_assert_cmpuint (results.repositories->len, ==, 2);
  g_assert_true (ls_hub_repository_get_official (results.repositories->pdata[0]));
  g_assert_cmpint (ls_hub_repository_get_pull_count (results.repositories->pdata[0]), ==,
                   3282532963);
  g_assert_false (ls_hub_repository_get_official (results.repositories->pdata[1]));
  g_assert_cmpint (ls_hub_repository_get_pull_count (results.repositories->pdata[1]), ==, -1);

  g_assert_true (ls_hub_results_parse_index (&last, body, 1236, &error));
  g_assert_false (last.has_more);
}

static void
test_more (void)
{
  static const struct
  {
    const char *text;
    guint page;
    gboolean has_more;
    gint64 total;
  } cases[] = {
    { "{\"total\":2,\"results\":[{\"name\":\"a\"},{\"name\":\"b\"}]}", 0, FALSE, 2 },
    { "{\"total\":26,\"results\":[{\"name\":\"a\"}]}", 1, FALSE, 26 },
    { "{\"total\":27,\"results\":[{\"name\":\"a\"}]}", 1, TRUE, 27 },
    { "{\"total\":100,\"results\":[]}", 0, FALSE, 100 },
    { "{\"results\":[{\"name\":\"a\"}]}", 0, FALSE, -1 },
    { "{\"total\":-5,\"results\":[]}", 0, FALSE, -1 },
    { "{\"total\":\"many\",\"results\":[]}", 0, FALSE, -1 },
    { "{\"total\":0,\"results\":[]}", 0, FALSE, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) body = bytes (cases[i].text);
      g_auto (LsHubResults) results = { 0 };
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].text);
      ls_hub_results_parse_search (&results, body, cases[i].page, &error);
      g_assert_no_error (error);
      g_assert_cmpint (results.has_more, ==, cases[i].has_more);
      g_assert_cmpint (results.total, ==, cases[i].total);
    }
}

static void
test_nonsense (void)
{
  static const char *const texts[] = {
    "",
    "null",
    "[]",
    "{}",
    "{\"results\":null}",
    "{\"results\":{}}",
    "{\"results\":[",
    "<html><title>Just a moment...</title></html>",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GBytes) body = bytes (texts[i]);
      g_auto (LsHubResults) results = { 0 };
      g_auto (LsHubResults) index_results = { 0 };
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", texts[i]);
      g_assert_false (ls_hub_results_parse_search (&results, body, 0, &error));
      g_assert_error (error, LS_ERROR, LS_ERROR_PROTOCOL);
      g_clear_error (&error);
      g_assert_false (ls_hub_results_parse_index (&index_results, body, 0, &error));
      g_assert_error (error, LS_ERROR, LS_ERROR_PROTOCOL);
    }
}

/* Remote text: no line breaks, nothing that turns or hides it, no novels. */
static void
test_text (void)
{
  g_autofree char *novel = g_strnfill (5000, 'x');
  g_autofree char *text =
      g_strdup_printf ("{\"results\":[{\"name\":\"a\",\"short_description\":\"\\u202eab\\u0007c "
                       "<b>&amp;\"},{\"name\":\"b\",\"short_description\":\"%s\"}]}",
                       novel);
  g_autoptr (GBytes) body = bytes (text);
  g_auto (LsHubResults) results = { 0 };
  g_autoptr (GError) error = NULL;

  ls_hub_results_parse_search (&results, body, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (ls_hub_repository_get_description (results.repositories->pdata[0]), ==,
                   "abc <b>&amp;");
  g_assert_cmpuint (strlen (ls_hub_repository_get_description (results.repositories->pdata[1])), ==,
                    1000);
}

static void
test_properties (void)
{
  g_autoptr (GBytes) body = bytes ("{\"results\":[{\"name\":\"a\",\"badge\":\"official\","
                                   "\"star_count\":3,\"pull_count\":\"10K+\"}]}");
  g_auto (LsHubResults) results = { 0 };
  g_autofree char *name = NULL;
  g_autofree char *description = NULL;
  g_autofree char *pull_count_text = NULL;
  gint64 star_count;
  gint64 pull_count;
  gboolean official;
  gboolean automated;
  LsHubPublisher publisher;

  ls_hub_results_parse_search (&results, body, 0, NULL);
  g_object_get (results.repositories->pdata[0], "name", &name, "description", &description,
                "star-count", &star_count, "pull-count", &pull_count, "pull-count-text",
                &pull_count_text, "official", &official, "automated", &automated, "publisher",
                &publisher, NULL);
  g_assert_cmpstr (name, ==, "a");
  g_assert_cmpstr (description, ==, "");
  g_assert_cmpstr (pull_count_text, ==, "10K+");
  g_assert_cmpint (star_count, ==, 3);
  g_assert_cmpint (pull_count, ==, 10000);
  g_assert_true (official);
  g_assert_false (automated);
  g_assert_cmpint (publisher, ==, LS_HUB_PUBLISHER_OFFICIAL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/hub-results/search", test_search);
  g_test_add_func ("/hub-results/index", test_index);
  g_test_add_func ("/hub-results/more", test_more);
  g_test_add_func ("/hub-results/nonsense", test_nonsense);
  g_test_add_func ("/hub-results/text", test_text);
  g_test_add_func ("/hub-results/properties", test_properties);

  return g_test_run ();
}
