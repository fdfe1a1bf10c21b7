/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-attestation.h"

#include "ls-test-graph.h"
#include "ls-test-place.h"

#define MANIFEST "application/vnd.oci.image.manifest.v1+json"
#define DIGEST "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define BLOB(ANNOTATIONS)                                                                          \
  "{\"mediaType\":\"application/vnd.in-toto+json\",\"digest\":\"" DIGEST                           \
  "\",\"size\":1" ANNOTATIONS "}"
#define ATTESTATION(LAYERS)                                                                        \
  "{\"schemaVersion\":2,\"mediaType\":\"" MANIFEST "\",\"config\":" BLOB ("") ",\"layers\":"       \
                                                                              "[" LAYERS "]}"
#define ABOUT(TYPE) BLOB (",\"annotations\":{\"in-toto.io/predicate-type\":\"" TYPE "\"}")

static void
assert_lists (LsTestGraph *graph, GHashTable *table, const char *image, const char *expected)
{
  LsManifest *manifest = ls_test_graph_find (graph, image);
  g_autoptr (GPtrArray) list = NULL;
  g_autofree char *labels = NULL;

  list = ls_attestation_table_list (
      table, ls_descriptor_get_digest (ls_manifest_get_descriptor (manifest)));
  labels = ls_test_graph_list (graph, list);
  g_assert_cmpstr (labels, ==, expected);
}

/* It is enough to know the index; what is in an index in it is not. */
static void
test_table (void)
{
  g_autoptr (LsTestGraph) graph = ls_test_graph_new ("[amd64:a arm64:b @0:c @0:d [s390x:e @0:f]]");
  g_autoptr (GHashTable) table = ls_attestation_table_new ();

  assert_lists (graph, table, "amd64:a", "");

  ls_attestation_table_add (table, graph->root);
  assert_lists (graph, table, "amd64:a", "@0:c @0:d");
  assert_lists (graph, table, "arm64:b", "");
  assert_lists (graph, table, "s390x:e", "");

  ls_attestation_table_add (table, ls_test_graph_find (graph, "[s390x:e @0:f]"));
  assert_lists (graph, table, "s390x:e", "@0:f");
  assert_lists (graph, table, "amd64:a", "@0:c @0:d");

  ls_attestation_table_add (table, ls_test_graph_find (graph, "amd64:a"));
  assert_lists (graph, table, "amd64:a", "@0:c @0:d");
  g_assert_cmpint (graph->n_asked, ==, 0);
}

static void
test_types (void)
{
  const struct
  {
    const char *manifest; /* NULL: could not be read */
    const char *types;
  } cases[] = {
    { ATTESTATION (ABOUT ("https://spdx.dev/Document")), "https://spdx.dev/Document" },
    { ATTESTATION (ABOUT ("https://spdx.dev/Document") "," ABOUT ("https://slsa.dev/v1")),
      "https://spdx.dev/Document https://slsa.dev/v1" },
    { ATTESTATION (BLOB ("") "," ABOUT ("https://slsa.dev/v1")), " https://slsa.dev/v1" },
    /* There is one, and that is all that can be said. */
    { ATTESTATION (""), "" },
    { NULL, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
      g_auto (GStrv) types = NULL;
      g_autofree char *joined = NULL;

      if (cases[i].manifest != NULL)
        {
          g_autoptr (LsManifest) attestation = ls_test_place_parse (cases[i].manifest, MANIFEST);

          ls_attestation_add_types (attestation, builder);
        }
      else
        ls_attestation_add_types (NULL, builder);

      types = g_strv_builder_end (builder);
      joined = g_strjoinv (" ", types);
      g_assert_cmpuint (g_strv_length (types), >, 0);
      g_assert_cmpstr (joined, ==, cases[i].types);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/attestation/table", test_table);
  g_test_add_func ("/attestation/types", test_types);

  return g_test_run ();
}
