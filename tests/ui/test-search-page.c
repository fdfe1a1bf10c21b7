/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-search-footer.h"
#include "ls-search-page.h"
#include "ls-search-row.h"

#include "fake-server.h"
#include "test-shell.h"
#include "ui-test.h"

#define N_PAGES 3
#define PAGE_SIZE 25

typedef struct
{
  LsTestDir *dir;
  SoupServer *server;
  guint status;             /* of every reply; 0 for results */
  const char *n_left;       /* (nullable): pulls that may still be done; else enough */
  gboolean only_first_page; /* further pages have that status */
  guint n_requests;
  LsContext *context;
  GtkWidget *page;
  TestShell *shell;
} Fixture;

static void
append_result (GString *json, guint index)
{
  static const char *const entries[] = {
    "{\"name\":\"nginx\",\"type\":\"image\",\"badge\":\"official\",\"star_count\":20000,"
    "\"pull_count\":\"1B+\",\"short_description\":\"Official <b>build</b> &amp; "
    "\\u202ereverse\\nproxy\"}",
    "{\"name\":\"bitnami/nginx\",\"type\":\"image\",\"badge\":\"verified_publisher\","
    "\"star_count\":7,\"pull_count\":\"10M+\",\"short_description\":\"\"}",
    "{\"name\":\"open/nginx\",\"type\":\"image\",\"badge\":\"open_source\",\"star_count\":0,"
    "\"pull_count\":\"12\",\"short_description\":\"x\",\"is_automated\":true}",
  };

  if (index > 0)
    g_string_append_c (json, ',');
  if (index < G_N_ELEMENTS (entries))
    g_string_append (json, entries[index]);
  else
    g_string_append_printf (json,
                            "{\"name\":\"user%u/nginx\",\"type\":\"image\",\"badge\":\"none\","
                            "\"star_count\":1,\"pull_count\":\"5\",\"short_description\":\"y\"}",
                            index);
}

static char *
create_results (guint from)
{
  GString *json = g_string_new (NULL);

  g_string_append_printf (json, "{\"total\":%d,\"results\":[", N_PAGES * PAGE_SIZE);
  for (guint i = 0; i < PAGE_SIZE; i++)
    append_result (json, from + i);
  /* The entries count from the start, and so do not begin with a comma here. */
  if (from > 0)
    g_string_erase (json, (gssize) (strstr (json->str, "[,") + 1 - json->str), 1);
  g_string_append (json, "]}");

  return g_string_free (json, FALSE);
}

static void
answer (SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Fixture *fixture = user_data;
  const char *n_left = fixture->n_left != NULL ? fixture->n_left : "90;w=21600";
  const char *words = query != NULL ? g_hash_table_lookup (query, "query") : NULL;
  const char *from = query != NULL ? g_hash_table_lookup (query, "from") : NULL;
  guint first = from != NULL ? (guint) g_ascii_strtoull (from, NULL, 10) : 0;
  g_autofree char *results = NULL;

  if (g_str_has_prefix (path, "/v2/"))
    {
      SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

      soup_message_headers_append (headers, "RateLimit-Limit", "100;w=21600");
      soup_message_headers_append (headers, "RateLimit-Remaining", n_left);
      fake_server_reply (message, 200, "application/json", "{}");
      return;
    }

  fixture->n_requests++;

  if (fixture->status != 0 && (!fixture->only_first_page || first > 0))
    {
      if (fixture->status == 429)
        soup_message_headers_append (soup_server_message_get_response_headers (message),
                                     "Retry-After", "1000");
      /* How the guard in front of Docker Hub turns a program away. */
      if (fixture->status == 403)
        soup_message_headers_append (soup_server_message_get_response_headers (message),
                                     "cf-mitigated", "challenge");
      fake_server_reply (message, fixture->status,
                         fixture->status == 403 ? "text/html" : "application/json",
                         fixture->status == 403 ? "<html><title>Just a moment...</title></html>"
                                                : "{\"detail\":\"the server's own words\"}");
      return;
    }

  if (g_strcmp0 (words, "nothing here") == 0)
    results = g_strdup ("{\"total\":0,\"results\":[]}");
  else
    results = create_results (first);
  fake_server_reply (message, 200, "application/json", results);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *name = NULL;
  g_autofree char *settings = NULL;

  fixture->dir = ls_test_dir_new ();
  fixture->server = fake_server_new (answer, fixture);
  name = fake_server_dup_name (fixture->server);
  settings = g_strdup_printf (
      "[docker.io]\napi=http://%1$s\nsearch=http://%1$s\nlocation=http://%1$s\n", name);
  fixture->context = test_context_new (fixture->dir, settings);
  fixture->page = ls_search_page_new (fixture->context);
  fixture->shell = test_shell_new (fixture->page);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GObject) page = g_object_ref (G_OBJECT (fixture->page));

  gtk_window_destroy (GTK_WINDOW (fixture->shell));
  g_assert_finalize_object (g_steal_pointer (&page));
  g_object_unref (fixture->context);
  fake_server_free (fixture->server);
  ls_test_dir_free (fixture->dir);
}

static void
type (Fixture *fixture, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (test_find (fixture->page, "entry")), text);
}

static const char *
get_state (Fixture *fixture)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (test_find (fixture->page, "stack")));
}

static void
wait_for_state (Fixture *fixture, const char *state)
{
  wait_until (g_str_equal (get_state (fixture), state));
}

static GListModel *
get_model (Fixture *fixture)
{
  return G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (test_find (fixture->page, "list"))));
}

/* The rows that exist, in the order in which they are shown. */
static GtkWidget *
get_row (Fixture *fixture, const char *name)
{
  GtkWidget *item = gtk_widget_get_first_child (test_find (fixture->page, "list"));

  for (; item != NULL; item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *row = gtk_widget_get_first_child (item);

      if (LS_IS_SEARCH_ROW (row) && gtk_widget_get_mapped (row)
          && g_str_equal (test_get_label (row, "name"), name))
        return row;
    }

  return NULL;
}

static void
test_idle (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpstr (get_state (fixture), ==, "idle");

  type (fixture, "nginx");
  g_assert_cmpstr (get_state (fixture), ==, "loading");
  type (fixture, "");
  g_assert_cmpstr (get_state (fixture), ==, "idle");
}

static void
test_results (Fixture *fixture, gconstpointer data)
{
  GtkWidget *row;
  g_autofree char *pulled = NULL;

  type (fixture, "nginx");
  wait_for_state (fixture, "results");
  wait_until (get_row (fixture, "nginx") != NULL);

  row = get_row (fixture, "nginx");
  g_assert_cmpstr (test_get_label (row, "stars"), ==, "20K");
  g_assert_cmpstr (test_get_label (row, "pulls"), ==, "1B+");
  g_assert_cmpstr (test_get_label (row, "publisher"), ==, "Official");
  g_assert_false (test_is_shown (row, "automated"));
  /* What Docker Hub says is no markup, and stays on its line. */
  g_assert_cmpstr (test_get_label (row, "description"), ==,
                   "Official <b>build</b> &amp; reverse proxy");

  test_click (row, "pull_button");
  pulled = test_shell_take (fixture->shell, "win.pull");
  g_assert_cmpstr (pulled, ==, "nginx");

  row = get_row (fixture, "bitnami/nginx");
  g_assert_cmpstr (test_get_label (row, "publisher"), ==, "Verified Publisher");
  g_assert_false (test_is_shown (row, "description"));

  row = get_row (fixture, "open/nginx");
  g_assert_cmpstr (test_get_label (row, "publisher"), ==, "Sponsored Open Source");
  g_assert_true (test_is_shown (row, "automated"));
}

/* Enter on a row does what its button does. */
/* Where pulls are begun, one should know that few are left, and what to do. */
static void
test_few_pulls_left (Fixture *fixture, gconstpointer data)
{
  GtkWidget *limit = test_find (fixture->page, "limit_label");
  GtkWidget *button;
  g_autofree char *registry = NULL;

  fixture->n_left = "3;w=21600";
  type (fixture, "nginx");
  wait_until (gtk_widget_get_mapped (limit));
  button = test_find_type (limit, GTK_TYPE_BUTTON);
  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
  registry = test_shell_take (fixture->shell, "win.sign-in");
  g_assert_cmpstr (registry, ==, "docker.io");

  fixture->n_left = "90;w=21600";
  type (fixture, "");
  type (fixture, "nginx");
  wait_for_state (fixture, "results");
  wait_until (!gtk_widget_get_mapped (limit));
}

static void
test_keyboard (Fixture *fixture, gconstpointer data)
{
  g_autofree char *pulled = NULL;

  type (fixture, "nginx");
  wait_until (get_row (fixture, "nginx") != NULL);

  g_signal_emit_by_name (test_find (fixture->page, "list"), "activate", 1);
  pulled = test_shell_take (fixture->shell, "win.pull");
  g_assert_cmpstr (pulled, ==, "bitnami/nginx");

  ls_search_page_focus (LS_SEARCH_PAGE (fixture->page));
  g_assert_true (gtk_widget_is_ancestor (gtk_root_get_focus (GTK_ROOT (fixture->shell)),
                                         test_find (fixture->page, "entry")));
}

/* The end moves on as rows are laid out and results come, so that this is done
 * again and again until the test has what it waits for. */
static void
scroll_to_end (Fixture *fixture)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (
      GTK_SCROLLED_WINDOW (test_find (fixture->page, "results_window")));

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
}

static void
test_scrolling (Fixture *fixture, gconstpointer data)
{
  type (fixture, "nginx");
  wait_until (get_row (fixture, "nginx") != NULL);
  /* One page, and the footer. */
  g_assert_cmpuint (g_list_model_get_n_items (get_model (fixture)), ==, PAGE_SIZE + 1);

  /* In the end all of them, and no footer. */
  wait_until ((scroll_to_end (fixture),
               g_list_model_get_n_items (get_model (fixture)) == N_PAGES * PAGE_SIZE));
  g_assert_cmpuint (fixture->n_requests, ==, N_PAGES);
}

static void
test_next_page_fails (Fixture *fixture, gconstpointer data)
{
  GtkWidget *footer = NULL;
  guint n_requests;

  fixture->status = 503;
  fixture->only_first_page = TRUE;
  type (fixture, "nginx");
  wait_until (get_row (fixture, "nginx") != NULL);

  wait_until ((scroll_to_end (fixture),
               (footer = test_find_type (fixture->page, LS_TYPE_SEARCH_FOOTER)) != NULL
                   && test_is_shown (footer, "retry_button")));
  g_assert_cmpstr (get_state (fixture), ==, "results");
  g_assert_true (g_str_has_prefix (test_get_label (footer, "problem"), "“Docker Hub”"));

  /* It is not asked for again and again. */
  n_requests = fixture->n_requests;
  scroll_to_end (fixture);
  for (int i = 0; i < 50; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (fixture->n_requests, ==, n_requests);

  fixture->status = 0;
  test_click (footer, "retry_button");
  wait_until (g_list_model_get_n_items (get_model (fixture)) > PAGE_SIZE + 1);
}

static void
test_nothing_found (Fixture *fixture, gconstpointer data)
{
  GtkWidget *problem = test_find (fixture->page, "problem");

  type (fixture, "nothing here");
  wait_for_state (fixture, "problem");
  g_assert_cmpstr (adw_status_page_get_title (ADW_STATUS_PAGE (test_find (problem, "status_page"))),
                   ==, "Nothing Found");
  g_assert_false (test_is_shown (problem, "retry_button"));
  /* That is no name of an image. */
  g_assert_false (test_is_shown (problem, "pull_button"));
}

typedef struct
{
  guint status;
  const char *title;
  gboolean must_wait;
} FailureCase;

static void
test_failure (Fixture *fixture, gconstpointer data)
{
  const FailureCase *failure = data;
  GtkWidget *problem = test_find (fixture->page, "problem");
  AdwStatusPage *status_page = ADW_STATUS_PAGE (test_find (problem, "status_page"));
  g_autofree char *pulled = NULL;

  fixture->status = failure->status;
  if (failure->status == 0)
    soup_server_disconnect (fixture->server);
  type (fixture, "nginx:1.27");
  wait_for_state (fixture, "problem");
  wait_until (test_is_shown (problem, "retry_button"));

  g_assert_cmpstr (adw_status_page_get_title (status_page), ==, failure->title);
  g_assert_cmpuint (strlen (adw_status_page_get_description (status_page)), >, 20);
  g_assert_cmpint (gtk_widget_is_sensitive (test_find (problem, "retry_button")), ==,
                   !failure->must_wait);
  g_assert_cmpint (test_is_shown (problem, "countdown"), ==, failure->must_wait);
  if (failure->must_wait)
    g_assert_nonnull (strstr (test_get_label (problem, "countdown"), "min"));

  /* The name that was typed can be pulled all the same. */
  g_assert_cmpstr (test_get_label (problem, "pull_label"), ==, "Pull “nginx:1.27”");
  test_click (problem, "pull_button");
  pulled = test_shell_take (fixture->shell, "win.pull");
  g_assert_cmpstr (pulled, ==, "nginx:1.27");

  if (failure->status == 0 || failure->must_wait)
    return;

  fixture->status = 0;
  test_click (problem, "retry_button");
  wait_for_state (fixture, "results");
}

int
main (int argc, char **argv)
{
  static const FailureCase offline = { 0, "No Connection", FALSE };
  static const FailureCase limited = { 429, "Too Many Searches", TRUE };
  static const FailureCase refused = { 403, "Search Refused", FALSE };
  static const FailureCase broken = { 500, "Search Failed", FALSE };

  test_shell_init_toolkit (&argc, &argv);

  g_test_add ("/search-page/idle", Fixture, NULL, set_up, test_idle, tear_down);
  g_test_add ("/search-page/results", Fixture, NULL, set_up, test_results, tear_down);
  g_test_add ("/search-page/few-pulls-left", Fixture, NULL, set_up, test_few_pulls_left, tear_down);
  g_test_add ("/search-page/keyboard", Fixture, NULL, set_up, test_keyboard, tear_down);
  g_test_add ("/search-page/scrolling", Fixture, NULL, set_up, test_scrolling, tear_down);
  g_test_add ("/search-page/next-page-fails", Fixture, NULL, set_up, test_next_page_fails,
              tear_down);
  g_test_add ("/search-page/nothing-found", Fixture, NULL, set_up, test_nothing_found, tear_down);
  g_test_add ("/search-page/offline", Fixture, &offline, set_up, test_failure, tear_down);
  g_test_add ("/search-page/rate-limited", Fixture, &limited, set_up, test_failure, tear_down);
  g_test_add ("/search-page/refused", Fixture, &refused, set_up, test_failure, tear_down);
  g_test_add ("/search-page/broken", Fixture, &broken, set_up, test_failure, tear_down);

  return g_test_run ();
}
