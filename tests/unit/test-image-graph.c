/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-image-graph.h"
#include "ls-media-type.h"
#include "ls-test-graph.h"

#include <string.h>

static char *
list_nodes (LsTestGraph *made, LsImageGraph *graph)
{
  g_autoptr (GPtrArray) descriptors = g_ptr_array_new ();

  for (guint i = 0; i < graph->nodes->len; i++)
    g_ptr_array_add (descriptors, ((LsImageGraphNode *) graph->nodes->pdata[i])->descriptor);

  return ls_test_graph_list (made, descriptors);
}

static LsImageGraph *
walk (LsTestGraph *made, const char *choice_text, LsIndexMode mode, GError **error)
{
  g_autoptr (LsPlatformChoice) choice = ls_platform_choice_parse (choice_text, NULL);

  return ls_image_graph_walk (made->root, choice, mode, ls_test_graph_get_manifest, made, NULL,
                              error);
}

#define ALL_OF_FOUR "[amd64:a,b arm64:a,c @0:p @1:q]"

static const struct
{
  const char *text;
  const char *choice;
  LsIndexMode mode;
  const char *target;
  const char *nodes;
  const char *blobs;
} graphs[] = {
  /* What is no index is itself, whatever is chosen. */
  { "amd64:a,b", "host", LS_INDEX_IN_PART, "amd64:a,b", "", "a b c-amd64:a,b" },
  { "amd64:a,b", "all", LS_INDEX_WHOLE, "amd64:a,b", "", "a b c-amd64:a,b" },
  { "amd64:a,b", "linux/s390x", LS_INDEX_WHOLE, "amd64:a,b", "", "a b c-amd64:a,b" },
  { "amd64:a,a", "host", LS_INDEX_WHOLE, "amd64:a,a", "", "a c-amd64:a,a" },

  /* One image goes alone. */
  { "[s390x:x host:a,b @1:p]", "host", LS_INDEX_IN_PART, "host:a,b", "", "a b c-host:a,b" },
  { ALL_OF_FOUR, "linux/arm64", LS_INDEX_IN_PART, "arm64:a,c", "", "a c c-arm64:a,c" },
  { ALL_OF_FOUR, "linux/arm64", LS_INDEX_WHOLE, "arm64:a,c", "", "a c c-arm64:a,c" },
  { ALL_OF_FOUR, "linux/arm64,linux/arm64/v8", LS_INDEX_WHOLE, "arm64:a,c", "", "a c c-arm64:a,c" },
  { "[s390x:x [arm64:a]]", "linux/arm64", LS_INDEX_IN_PART, "arm64:a", "", "a c-arm64:a" },

  /* Everything, children first, each once. */
  { ALL_OF_FOUR, "all", LS_INDEX_IN_PART, ALL_OF_FOUR, "amd64:a,b arm64:a,c @0:p @1:q",
    "a b c-amd64:a,b c c-arm64:a,c p c-@0:p q c-@1:q" },
  { ALL_OF_FOUR, "all", LS_INDEX_WHOLE, ALL_OF_FOUR, "amd64:a,b arm64:a,c @0:p @1:q",
    "a b c-amd64:a,b c c-arm64:a,c p c-@0:p q c-@1:q" },
  { "[amd64:a [arm64:b s390x:c]]", "all", LS_INDEX_WHOLE, "[amd64:a [arm64:b s390x:c]]",
    "amd64:a arm64:b s390x:c [arm64:b s390x:c]", "a c-amd64:a b c-arm64:b c c-s390x:c" },
  { "[[amd64:a] amd64:a [[amd64:a]]]", "all", LS_INDEX_WHOLE, "[[amd64:a] amd64:a [[amd64:a]]]",
    "amd64:a [amd64:a] [[amd64:a]]", "a c-amd64:a" },
  { "[[[[amd64:a]]]]", "all", LS_INDEX_WHOLE, "[[[[amd64:a]]]]",
    "amd64:a [amd64:a] [[amd64:a]] [[[amd64:a]]]", "a c-amd64:a" },
  { "[]", "all", LS_INDEX_WHOLE, "[]", "", "" },
  { "[?x amd64:a]", "all", LS_INDEX_WHOLE, "[?x amd64:a]", "amd64:a", "?x a c-amd64:a" },
  { "[unknown:x amd64:a]", "all", LS_INDEX_WHOLE, "[unknown:x amd64:a]", "unknown:x amd64:a",
    "x c-unknown:x a c-amd64:a" },

  /* Several: the index in part, or an index of their own. */
  { "[amd64:a arm64:b s390x:c @0:p @2:q]", "linux/s390x,linux/amd64", LS_INDEX_IN_PART,
    "[amd64:a arm64:b s390x:c @0:p @2:q]", "amd64:a s390x:c @0:p @2:q",
    "a c-amd64:a c c-s390x:c p c-@0:p q c-@2:q" },
  { "[amd64:a arm64:b s390x:c @0:p @2:q]", "linux/s390x,linux/amd64", LS_INDEX_WHOLE, "new",
    "amd64:a s390x:c @0:p @2:q", "a c-amd64:a c c-s390x:c p c-@0:p q c-@2:q" },
  { "[amd64:a [arm64:b s390x:c]]", "linux/arm64,linux/amd64", LS_INDEX_IN_PART,
    "[amd64:a [arm64:b s390x:c]]", "amd64:a arm64:b [arm64:b s390x:c]", "a c-amd64:a b c-arm64:b" },
  { "[amd64:a [arm64:b s390x:c]]", "linux/arm64,linux/amd64", LS_INDEX_WHOLE, "new",
    "amd64:a arm64:b", "a c-amd64:a b c-arm64:b" },
  /* One that joins others. */
  { "[amd64:a arm64:b @1:p]", "linux/arm64", LS_INDEX_JOINED, "[amd64:a arm64:b @1:p]",
    "arm64:b @1:p", "b c-arm64:b p c-@1:p" },
  { "amd64:a", "linux/arm64", LS_INDEX_JOINED, "amd64:a", "", "a c-amd64:a" },
  /* Those are all there are. */
  { ALL_OF_FOUR, "linux/amd64,linux/arm64", LS_INDEX_WHOLE, ALL_OF_FOUR,
    "amd64:a,b arm64:a,c @0:p @1:q", "a b c-amd64:a,b c c-arm64:a,c p c-@0:p q c-@1:q" },
  { "[amd64:a arm64:b ?x]", "linux/amd64,linux/arm64", LS_INDEX_WHOLE, "new", "amd64:a arm64:b",
    "a c-amd64:a b c-arm64:b" },
};

static void
test_graphs (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (graphs); i++)
    {
      g_autoptr (LsTestGraph) made = ls_test_graph_new (graphs[i].text);
      g_autoptr (GError) error = NULL;
      g_autoptr (LsImageGraph) graph = walk (made, graphs[i].choice, graphs[i].mode, &error);
      g_autofree char *nodes = NULL;
      g_autofree char *blobs = NULL;

      g_test_message ("%s: %s, %d", graphs[i].text, graphs[i].choice, graphs[i].mode);
      g_assert_no_error (error);
      nodes = list_nodes (made, graph);
      blobs = ls_test_graph_list (made, graph->blobs);
      g_assert_true (graph->root == made->root);
      g_assert_cmpstr (ls_test_graph_label (made, ls_manifest_get_descriptor (graph->target)), ==,
                       graphs[i].target);
      g_assert_cmpstr (nodes, ==, graphs[i].nodes);
      g_assert_cmpstr (blobs, ==, graphs[i].blobs);
    }
}

/* The same choice makes the same index, whatever its order, and it says of itself and
 * of its children what the old one said. */
static void
test_new_index (void)
{
  g_autoptr (LsTestGraph) made = ls_test_graph_new ("[amd64:a arm.v7:b s390x:c @1:p]");
  g_autoptr (LsImageGraph) one = walk (made, "linux/amd64,linux/arm/v7", LS_INDEX_WHOLE, NULL);
  g_autoptr (LsImageGraph) other = walk (made, "linux/arm/v7,linux/amd64", LS_INDEX_WHOLE, NULL);
  GPtrArray *children = ls_manifest_get_children (one->target);
  g_autofree char *labels = ls_test_graph_list (made, children);

  g_assert_cmpstr (labels, ==, "amd64:a arm.v7:b @1:p");
  g_assert_true (ls_descriptor_is_attestation (children->pdata[2]));
  g_assert_cmpstr (ls_platform_get_variant (ls_descriptor_get_platform (children->pdata[1])), ==,
                   "v7");
  g_assert_nonnull (g_strstr_len (g_bytes_get_data (ls_manifest_get_bytes (one->target), NULL),
                                  (gssize) g_bytes_get_size (ls_manifest_get_bytes (one->target)),
                                  "\"annotations\":{\"made\":\"here\"}"));
  g_assert_true (
      g_bytes_equal (ls_manifest_get_bytes (one->target), ls_manifest_get_bytes (other->target)));
}

static void
test_refusals (void)
{
  static const struct
  {
    const char *text;
    const char *choice;
    int code;
    const char *subject;
  } cases[] = {
    { "[amd64:a arm64:b]", "linux/s390x", LS_ERROR_NO_PLATFORM, "linux/amd64, linux/arm64" },
    { "[amd64:a arm64:b]", "linux/amd64,linux/s390x", LS_ERROR_NO_PLATFORM,
      "linux/amd64, linux/arm64" },
    /* An attestation is never chosen, and neither is what is for an unknown platform. */
    { "[amd64:a @0:p unknown:x]", "unknown/unknown", LS_ERROR_NO_PLATFORM, "linux/amd64" },
    { "[unknown:x]", "host", LS_ERROR_NO_PLATFORM, "" },
    { "[]", "host", LS_ERROR_NO_PLATFORM, "" },
    { "[[[[[amd64:a]]]]]", "all", LS_ERROR_UNSUPPORTED, NULL },
    { "[[[[[amd64:a]]]]]", "linux/amd64", LS_ERROR_UNSUPPORTED, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LsTestGraph) made = ls_test_graph_new (cases[i].text);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s: %s", cases[i].text, cases[i].choice);
      g_assert_null (walk (made, cases[i].choice, LS_INDEX_IN_PART, &error));
      g_assert_error (error, LS_ERROR, cases[i].code);
      g_assert_cmpstr (ls_error_get_subject (error), ==, cases[i].subject);
    }
}

static void
test_missing_child (void)
{
  g_autoptr (LsTestGraph) made = ls_test_graph_new ("[amd64:a arm64:b]");
  LsDescriptor *child = ls_manifest_get_children (made->root)->pdata[1];
  g_autoptr (GError) error = NULL;

  g_hash_table_remove (made->manifests, ls_digest_to_string (ls_descriptor_get_digest (child)));
  g_assert_null (walk (made, "all", LS_INDEX_IN_PART, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NOT_FOUND);
}

/* An index that says of its child what is not so, by the words that are replaced. */
static void
test_lies (void)
{
  static const struct
  {
    const char *truth;
    const char *lie;
    int code;
  } cases[] = {
    { "\"mediaType\":\"" LS_MEDIA_TYPE_OCI_MANIFEST "\"",
      "\"mediaType\":\"" LS_MEDIA_TYPE_DOCKER_MANIFEST "\"", LS_ERROR_PROTOCOL },
    { "\"mediaType\":\"" LS_MEDIA_TYPE_OCI_MANIFEST "\"",
      "\"mediaType\":\"" LS_MEDIA_TYPE_OCI_INDEX "\"", LS_ERROR_PROTOCOL },
    { "\"size\":", "\"size\":1", LS_ERROR_DIGEST_MISMATCH },
    { "\"size\":", "\"size\":100000000", LS_ERROR_TOO_LARGE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint all = 0; all < 2; all++)
      {
        g_autoptr (LsTestGraph) made = ls_test_graph_new ("[amd64:a]");
        g_autofree char *text =
            g_strndup (g_bytes_get_data (ls_manifest_get_bytes (made->root), NULL),
                       g_bytes_get_size (ls_manifest_get_bytes (made->root)));
        g_auto (GStrv) parts = g_strsplit (text, cases[i].truth, -1);
        g_autofree char *lying = g_strjoinv (cases[i].lie, parts);
        g_autoptr (GBytes) bytes = g_bytes_new (lying, strlen (lying));
        g_autoptr (GError) error = NULL;

        ls_manifest_unref (made->root);
        made->root = ls_manifest_parse (bytes, LS_MEDIA_TYPE_OCI_INDEX, &error);
        g_assert_no_error (error);
        g_assert_null (walk (made, all ? "all" : "linux/amd64", LS_INDEX_IN_PART, &error));
        g_assert_error (error, LS_ERROR, cases[i].code);
      }
}

/* The registry answers for one child with another. */
static void
test_other_child (void)
{
  g_autoptr (LsTestGraph) made = ls_test_graph_new ("[amd64:a arm64:b]");
  GPtrArray *children = ls_manifest_get_children (made->root);
  LsManifest *other = ls_test_graph_find (made, "arm64:b");
  g_autoptr (GError) error = NULL;

  g_hash_table_replace (
      made->manifests,
      g_strdup (ls_digest_to_string (ls_descriptor_get_digest (children->pdata[0]))),
      ls_manifest_ref (other));
  g_assert_null (walk (made, "all", LS_INDEX_IN_PART, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_DIGEST_MISMATCH);
}

static void
test_blob_of_two_sizes (void)
{
  static const char text[] =
      "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"" LS_MEDIA_TYPE_OCI_CONFIG "\",\"digest\":"
      "\"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"size\":10},"
      "\"layers\":[{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\",\"digest\":"
      "\"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"size\":11}]}";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (LsManifest) image = ls_manifest_parse (bytes, LS_MEDIA_TYPE_OCI_MANIFEST, NULL);
  g_autoptr (LsPlatformChoice) choice = ls_platform_choice_new_host ();
  g_autoptr (GError) error = NULL;

  g_assert_null (ls_image_graph_walk (image, choice, LS_INDEX_IN_PART, ls_test_graph_get_manifest,
                                      NULL, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_PROTOCOL);
}

/* A bomb: each index names many, and none of them is asked for. */
static void
test_too_many (void)
{
  g_autoptr (LsTestGraph) made = NULL;
  g_autoptr (GString) text = g_string_new ("[");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 1100; i++)
    g_string_append_printf (text, "s390x:x%u ", i);
  g_string_append_c (text, ']');

  made = ls_test_graph_new (text->str);
  g_assert_null (walk (made, "all", LS_INDEX_IN_PART, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TOO_LARGE);
  g_assert_cmpint (made->n_asked, ==, 0);
}

/* An index that names @manifest over and over, and one that is not there. */
static LsManifest *
name_often (LsTestGraph *made, LsManifest *manifest)
{
  LsDescriptor *descriptor = ls_manifest_get_descriptor (manifest);
  g_autoptr (GString) text = g_string_new ("{\"schemaVersion\":2,\"manifests\":[");
  g_autoptr (JsonNode) node = ls_descriptor_to_json (descriptor);
  g_autofree char *child = json_to_string (node, FALSE);
  g_autoptr (GBytes) bytes = NULL;

  for (guint i = 0; i < 600; i++)
    g_string_append_printf (text, "%s,", child);
  g_string_append (text,
                   "{\"mediaType\":\"" LS_MEDIA_TYPE_OCI_MANIFEST "\",\"digest\":\"sha256:"
                   "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\","
                   "\"size\":1,\"platform\":{\"os\":\"linux\",\"architecture\":\"s390x\"}}]}");
  bytes = g_string_free_to_bytes (g_steal_pointer (&text));
  manifest = ls_manifest_parse (bytes, LS_MEDIA_TYPE_OCI_INDEX, NULL);
  g_hash_table_insert (made->manifests,
                       g_strdup (ls_digest_to_string (
                           ls_descriptor_get_digest (ls_manifest_get_descriptor (manifest)))),
                       ls_manifest_ref (manifest));

  return manifest;
}

/* Few manifests, and hundreds of millions of ways to each of them. */
static void
test_many_ways (void)
{
  g_autoptr (LsTestGraph) made = ls_test_graph_new ("[amd64:a arm64:b]");
  g_autoptr (LsManifest) inner = name_often (made, made->root);
  g_autoptr (LsManifest) middle = name_often (made, inner);
  g_autoptr (GError) error = NULL;
  g_autoptr (LsImageGraph) graph = NULL;

  ls_manifest_unref (made->root);
  made->root = name_often (made, middle);
  graph = walk (made, "linux/amd64,linux/arm64", LS_INDEX_WHOLE, &error);
  g_assert_true (graph != NULL || error->domain == LS_ERROR);
  g_assert_cmpint (made->n_asked, <=, 10);
}

static void
test_survey (void)
{
  g_autoptr (LsTestGraph) made = ls_test_graph_new ("[amd64:a @0:p ?x unknown:u [arm64:b @0:q]]");
  g_autoptr (GError) error = NULL;
  g_autoptr (LsImageGraph) graph =
      ls_image_graph_survey (made->root, ls_test_graph_get_manifest, made, NULL, &error);
  g_autofree char *nodes = NULL;

  g_assert_no_error (error);
  nodes = list_nodes (made, graph);
  g_assert_cmpstr (nodes, ==, "amd64:a arm64:b [arm64:b @0:q]");
  g_assert_cmpint (made->n_asked, ==, 3);
}

static void
test_cancel (void)
{
  g_autoptr (LsTestGraph) made = ls_test_graph_new ("[amd64:a arm64:b]");
  g_autoptr (LsPlatformChoice) choice = ls_platform_choice_new_all ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (ls_image_graph_walk (made->root, choice, LS_INDEX_IN_PART,
                                      ls_test_graph_get_manifest, made, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (made->n_asked, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/image-graph/graphs", test_graphs);
  g_test_add_func ("/image-graph/new-index", test_new_index);
  g_test_add_func ("/image-graph/refusals", test_refusals);
  g_test_add_func ("/image-graph/missing-child", test_missing_child);
  g_test_add_func ("/image-graph/lies", test_lies);
  g_test_add_func ("/image-graph/other-child", test_other_child);
  g_test_add_func ("/image-graph/blob-of-two-sizes", test_blob_of_two_sizes);
  g_test_add_func ("/image-graph/too-many", test_too_many);
  g_test_add_func ("/image-graph/many-ways", test_many_ways);
  g_test_add_func ("/image-graph/survey", test_survey);
  g_test_add_func ("/image-graph/cancel", test_cancel);

  return g_test_run ();
}
