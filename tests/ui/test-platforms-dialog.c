/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-platforms-dialog.h"

#include "fake-server.h"
#include "ls-platform-row.h"
#include "test-shell.h"
#include "ui-test.h"

#define INDEX_TYPE "application/vnd.oci.image.index.v1+json"
#define INDEX_START "{\"schemaVersion\":2,\"mediaType\":\"" INDEX_TYPE "\",\"manifests\":["
#define MANIFEST_TYPE "application/vnd.oci.image.manifest.v1+json"
#define CONFIG_TYPE "application/vnd.oci.image.config.v1+json"
#define LAYER_TYPE "application/vnd.oci.image.layer.v1.tar+gzip"

typedef struct
{
  LsTestDir *dir;
  SoupServer *server;
  char *registry;
  GHashTable *manifests; /* digest to text */
  char *index;
  guint n_asked_for_index;
  gboolean broken;
  LsContext *context;
  LsPlatformsDialog *dialog;
  char *chosen;
  guint n_chosen;
} Fixture;

static char *
digest_of (const char *text)
{
  g_autofree char *hex = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  return g_strconcat ("sha256:", hex, NULL);
}

static void
answer (SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Fixture *fixture = user_data;
  const char *last = strrchr (path, '/') + 1;
  const char *manifest = g_hash_table_lookup (fixture->manifests, last);
  gboolean is_index = g_str_equal (last, "1.0");

  fixture->n_asked_for_index += is_index;
  if (fixture->broken)
    fake_server_reply (message, 404, "application/json",
                       "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\"}]}");
  else if (is_index)
    fake_server_reply (message, 200, INDEX_TYPE, fixture->index);
  else if (manifest != NULL)
    fake_server_reply (message, 200,
                       g_str_has_prefix (manifest, INDEX_START) ? INDEX_TYPE : MANIFEST_TYPE,
                       manifest);
  else
    fake_server_reply (message, 200, "application/json", "{}");
}

/* An image of 1 kB and 30 MB, of which the digests begin with @digit. Returns its digest. */
static char *
add_image (Fixture *fixture, GString *index, const char *architecture, char digit)
{
  g_autofree char *hex = g_strnfill (63, digit);
  char *manifest = g_strdup_printf (
      "{\"schemaVersion\":2,\"mediaType\":\"" MANIFEST_TYPE
      "\",\"config\":{\"mediaType\":\"" CONFIG_TYPE
      "\",\"digest\":\"sha256:%s0\",\"size\":1000},\"layers\":[{\"mediaType\":\"" LAYER_TYPE
      "\",\"digest\":\"sha256:%s1\",\"size\":29999000}]}",
      hex, hex);
  g_autofree char *digest = digest_of (manifest);

  g_string_append_printf (
      index,
      "%s{\"mediaType\":\"" MANIFEST_TYPE "\",\"digest\":\"%s\",\"size\":%" G_GSIZE_FORMAT
      ",\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\"}}",
      g_str_has_suffix (index->str, "[") ? "" : ",", digest, strlen (manifest), architecture);
  g_hash_table_insert (fixture->manifests, g_strdup (digest), manifest);

  return g_steal_pointer (&digest);
}

/* What BuildKit attaches to an image: an image by the looks of it, for no platform. */
static void
add_attestation (Fixture *fixture, GString *index, const char *image, const char *type)
{
  g_autofree char *hex = g_strnfill (64, 'd');
  char *manifest =
      g_strdup_printf ("{\"schemaVersion\":2,\"mediaType\":\"" MANIFEST_TYPE
                       "\",\"config\":{\"mediaType\":\"" CONFIG_TYPE
                       "\",\"digest\":\"sha256:%s\",\"size\":100},\"layers\":[{\"mediaType\":"
                       "\"application/vnd.in-toto+json\",\"digest\":\"sha256:%s\",\"size\":100,"
                       "\"annotations\":{\"in-toto.io/predicate-type\":\"%s\"}}]}",
                       hex, hex, type);
  g_autofree char *digest = digest_of (manifest);

  g_string_append_printf (index,
                          ",{\"mediaType\":\"" MANIFEST_TYPE
                          "\",\"digest\":\"%s\",\"size\":%" G_GSIZE_FORMAT
                          ",\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"},"
                          "\"annotations\":{\"vnd.docker.reference.type\":"
                          "\"attestation-manifest\",\"vnd.docker.reference.digest\":\"%s\"}}",
                          digest, strlen (manifest), image);
  g_hash_table_insert (fixture->manifests, g_steal_pointer (&digest), manifest);
}

/* Ends @nested, an index with an image that is not for this computer and what is attested
 * of it. */
static void
add_nested_index (Fixture *fixture, GString *index, GString *nested)
{
  g_autofree char *digest = NULL;

  g_string_append (nested, "]}");
  digest = digest_of (nested->str);
  g_string_append_printf (
      index, ",{\"mediaType\":\"" INDEX_TYPE "\",\"digest\":\"%s\",\"size\":%" G_GSIZE_FORMAT "}",
      digest, nested->len);
  g_hash_table_insert (fixture->manifests, g_steal_pointer (&digest),
                       g_string_free (nested, FALSE));
}

static void
on_chosen (LsPlatformsDialog *dialog, const char *choice, guint n_platforms, Fixture *fixture)
{
  fixture->chosen = g_strdup (choice);
  fixture->n_chosen = n_platforms;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LsPlatform) host = ls_platform_host ();
  GString *index = g_string_new (INDEX_START);
  GString *nested = g_string_new (INDEX_START);
  g_autofree char *settings = NULL;
  g_autofree char *name = NULL;
  g_autoptr (LsReference) reference = NULL;
  g_autofree char *first = NULL;
  g_autofree char *host_image = NULL;
  g_autofree char *last = NULL;

  fixture->dir = ls_test_dir_new ();
  fixture->broken = data != NULL;
  fixture->manifests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  first = add_image (fixture, index, "s390x", 'a');
  host_image = add_image (fixture, index, ls_platform_get_architecture (host), 'b');
  last = add_image (fixture, nested, "riscv64", 'c');
  add_attestation (fixture, index, host_image, "https://slsa.dev/provenance/v1");
  add_attestation (fixture, nested, last, "https://spdx.dev/Document");
  add_nested_index (fixture, index, nested);
  g_string_append (index, "]}");
  fixture->index = g_string_free (index, FALSE);

  fixture->server = fake_server_new (answer, fixture);
  fixture->registry = fake_server_dup_name (fixture->server);
  settings = g_strdup_printf ("[%s]\nlocation=http://%s\n", fixture->registry, fixture->registry);
  fixture->context = test_context_new (fixture->dir, settings);

  name = g_strdup_printf ("%s/me/app:1.0", fixture->registry);
  reference = ls_reference_parse (name, NULL);
  fixture->dialog = ls_platforms_dialog_new (fixture->context, reference);
  g_signal_connect (fixture->dialog, "chosen", G_CALLBACK (on_chosen), fixture);
  g_object_add_weak_pointer (G_OBJECT (fixture->dialog), (gpointer *) &fixture->dialog);
  gtk_window_present (GTK_WINDOW (fixture->dialog));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gpointer context = fixture->context;

  if (fixture->dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (fixture->dialog));
  wait_until (fixture->dialog == NULL);
  g_object_add_weak_pointer (context, &context);
  g_object_unref (fixture->context);
  wait_until (context == NULL);
  fake_server_free (fixture->server);
  g_hash_table_unref (fixture->manifests);
  g_free (fixture->index);
  g_free (fixture->registry);
  g_free (fixture->chosen);
  ls_test_dir_free (fixture->dir);
}

static const char *
get_state (Fixture *fixture)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (test_find (fixture->dialog, "stack")));
}

static LsPlatformRow *
get_row (Fixture *fixture, int index)
{
  return LS_PLATFORM_ROW (
      gtk_list_box_get_row_at_index (GTK_LIST_BOX (test_find (fixture->dialog, "list")), index));
}

static gboolean
can_choose (Fixture *fixture)
{
  return gtk_widget_is_sensitive (test_find (fixture->dialog, "choose_button"));
}

static void
test_choose (Fixture *fixture, gconstpointer data)
{
  GtkCheckButton *all = GTK_CHECK_BUTTON (test_find (fixture->dialog, "all_button"));

  g_assert_cmpstr (get_state (fixture), ==, "loading");
  g_assert_false (can_choose (fixture));
  wait_until (g_str_equal (get_state (fixture), "content"));

  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (fixture->dialog)),
                                         test_find (fixture->dialog, "stack")));

  /* This computer's is what one gets without choosing. */
  g_assert_false (ls_platform_row_get_active (get_row (fixture, 0)));
  g_assert_true (ls_platform_row_get_active (get_row (fixture, 1)));
  g_assert_nonnull (
      strstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (get_row (fixture, 1))),
              "(this computer)"));
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (get_row (fixture, 0))), ==,
                   "30.0\u00a0MB");
  g_assert_cmpstr (test_get_label (fixture->dialog, "summary"), ==, "30.0\u00a0MB to download");
  g_assert_true (gtk_check_button_get_inconsistent (all));

  ls_platform_row_set_active (get_row (fixture, 1), FALSE);
  g_assert_false (can_choose (fixture));
  gtk_check_button_set_active (all, TRUE);
  g_assert_true (ls_platform_row_get_active (get_row (fixture, 2)));
  g_assert_cmpstr (test_get_label (fixture->dialog, "summary"), ==, "90.0\u00a0MB to download");

  ls_platform_row_set_active (get_row (fixture, 1), FALSE);
  test_click (fixture->dialog, "choose_button");
  wait_until (fixture->dialog == NULL);
  g_assert_cmpstr (fixture->chosen, ==, "linux/s390x,linux/riscv64");
  g_assert_cmpuint (fixture->n_chosen, ==, 2);
}

/* They are shown with the image that they belong to, in whichever index they stand with it,
 * and asked for only then. */
static void
test_attestations (Fixture *fixture, gconstpointer data)
{
  GtkWidget *row;
  GtkMenuButton *button;
  GtkWidget *popover;

  wait_until (g_str_equal (get_state (fixture), "content"));
  g_assert_false (gtk_widget_get_visible (test_find (get_row (fixture, 0), "attestations_button")));

  row = GTK_WIDGET (get_row (fixture, 2));
  g_assert_true (test_has_text (row, "with attestations"));
  button = GTK_MENU_BUTTON (test_find (row, "attestations_button"));
  popover = GTK_WIDGET (gtk_menu_button_get_popover (button));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (GTK_WIDGET (button)), ==,
                   "Show Attestations of linux/riscv64");

  fixture->broken = TRUE;
  gtk_menu_button_popup (button);
  wait_until (test_has_text (popover, "was not found"));
  gtk_menu_button_popdown (button);

  fixture->broken = FALSE;
  gtk_menu_button_popup (button);
  wait_until (test_has_text (popover, "https://spdx.dev/Document"));
  g_assert_true (test_has_text (popover, "what it contains"));
  g_assert_false (test_has_text (popover, "slsa.dev"));

  gtk_menu_button_popdown (button);

  /* Where they are was known. */
  g_assert_cmpuint (fixture->n_asked_for_index, ==, 1);

  /* The dialog goes away while they are asked for. */
  button = GTK_MENU_BUTTON (test_find (get_row (fixture, 1), "attestations_button"));
  gtk_menu_button_popup (button);
  gtk_menu_button_popdown (button);
}

static void
test_problem (Fixture *fixture, gconstpointer data)
{
  wait_until (g_str_equal (get_state (fixture), "error"));
  g_assert_false (can_choose (fixture));

  fixture->broken = FALSE;
  wait_until (test_is_shown (fixture->dialog, "retry_button"));
  test_click (fixture->dialog, "retry_button");
  wait_until (g_str_equal (get_state (fixture), "content"));
}

int
main (int argc, char **argv)
{
  test_shell_init_toolkit (&argc, &argv);

  g_test_add ("/platforms-dialog/choose", Fixture, NULL, set_up, test_choose, tear_down);
  g_test_add ("/platforms-dialog/attestations", Fixture, NULL, set_up, test_attestations,
              tear_down);
  g_test_add ("/platforms-dialog/problem", Fixture, "broken", set_up, test_problem, tear_down);

  return g_test_run ();
}
