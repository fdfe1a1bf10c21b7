/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-test-graph.h"

#include "ls-error.h"
#include "ls-media-type.h"

#include <string.h>

#define LAYER_TYPE "application/vnd.oci.image.layer.v1.tar+gzip"
#define UNKNOWN_TYPE "application/vnd.example.thing.v1"

/* Where the text of an index is being read. */
typedef struct
{
  LsTestGraph *graph;
  const char *at;
} Reader;

static char *
add_content (LsTestGraph *graph, const char *label, const char *content)
{
  g_autoptr (GBytes) bytes = g_bytes_new (content, strlen (content));
  g_autoptr (LsDigest) digest = ls_digest_for_bytes (bytes);
  const char *text = ls_digest_to_string (digest);

  g_hash_table_replace (graph->labels, g_strdup (text), g_strdup (label));
  g_hash_table_replace (graph->contents, g_strdup (text), g_bytes_ref (bytes));

  return g_strdup (text);
}

static char *
describe_content (LsTestGraph *graph, const char *media_type, const char *label,
                  const char *content)
{
  g_autofree char *digest = add_content (graph, label, content);

  return g_strdup_printf ("{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%zu}", media_type,
                          digest, strlen (content));
}

static LsManifest *
add_manifest (LsTestGraph *graph, const char *label, const char *media_type, const char *json)
{
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autoptr (GError) error = NULL;
  LsManifest *manifest = ls_manifest_parse (bytes, media_type, &error);
  const char *digest;

  g_assert_no_error (error);
  digest = ls_digest_to_string (ls_descriptor_get_digest (ls_manifest_get_descriptor (manifest)));
  g_hash_table_replace (graph->labels, g_strdup (digest), g_strdup (label));
  g_hash_table_replace (graph->manifests, g_strdup (digest), manifest);

  return manifest;
}

static LsManifest *
add_image (LsTestGraph *graph, const char *label)
{
  g_autofree char *config_label = g_strconcat ("c-", label, NULL);
  g_autofree char *config_text = g_strdup_printf ("{\"comment\":\"%s\"}", label);
  g_autofree char *config =
      describe_content (graph, LS_MEDIA_TYPE_OCI_CONFIG, config_label, config_text);
  g_auto (GStrv) names = g_strsplit (strchr (label, ':') + 1, ",", -1);
  g_autoptr (GString) layers = g_string_new (NULL);
  g_autofree char *json = NULL;

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *layer = describe_content (graph, LAYER_TYPE, names[i], names[i]);

      g_string_append_printf (layers, "%s%s", i > 0 ? "," : "", layer);
    }
  json = g_strdup_printf ("{\"schemaVersion\":2,\"mediaType\":\"" LS_MEDIA_TYPE_OCI_MANIFEST "\","
                          "\"config\":%s,\"layers\":[%s]}",
                          config, layers->str);

  return add_manifest (graph, label, LS_MEDIA_TYPE_OCI_MANIFEST, json);
}

static char *
make_platform (const char *name)
{
  g_autoptr (LsPlatform) host = ls_platform_host ();
  g_auto (GStrv) parts = g_strsplit (name, ".", 2);
  gboolean unknown = g_str_equal (name, "unknown");
  const char *architecture =
      g_str_equal (name, "host") ? ls_platform_get_architecture (host) : parts[0];

  if (g_str_equal (name, "none"))
    return g_strdup ("");
  if (parts[1] != NULL)
    return g_strdup_printf (",\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\","
                            "\"variant\":\"%s\"}",
                            architecture, parts[1]);

  return g_strdup_printf (",\"platform\":{\"os\":\"%s\",\"architecture\":\"%s\"}",
                          unknown ? "unknown" : "linux", architecture);
}

static void
append_child (GString *json, LsManifest *manifest, const char *more)
{
  LsDescriptor *descriptor = ls_manifest_get_descriptor (manifest);

  g_string_append_printf (
      json, "%s{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%" G_GINT64_FORMAT "%s}",
      json->str[json->len - 1] == '[' ? "" : ",", ls_descriptor_get_media_type (descriptor),
      ls_digest_to_string (ls_descriptor_get_digest (descriptor)),
      ls_descriptor_get_size (descriptor), more);
}

static char *
read_word (Reader *reader)
{
  gsize length = strcspn (reader->at, " ]");
  char *word = g_strndup (reader->at, length);

  reader->at += length;

  return word;
}

static LsManifest *read_index (Reader *reader);

static void
append_word (Reader *reader, GString *json, GPtrArray *children)
{
  g_autofree char *word = read_word (reader);
  g_autofree char *more = NULL;
  LsManifest *image;

  if (word[0] == '?')
    {
      g_autofree char *child = describe_content (reader->graph, UNKNOWN_TYPE, word, word);

      g_string_append_printf (json, "%s%s", json->str[json->len - 1] == '[' ? "" : ",", child);
      g_ptr_array_add (children, NULL);
      return;
    }

  image = add_image (reader->graph, word);
  if (word[0] == '@')
    {
      LsManifest *of = children->pdata[g_ascii_strtoull (word + 1, NULL, 10)];

      more = g_strdup_printf (
          ",\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"},\"annotations\":{"
          "\"vnd.docker.reference.type\":\"attestation-manifest\","
          "\"vnd.docker.reference.digest\":\"%s\"}",
          ls_digest_to_string (ls_descriptor_get_digest (ls_manifest_get_descriptor (of))));
    }
  else
    {
      g_autofree char *name = g_strndup (word, strcspn (word, ":"));

      more = make_platform (name);
    }
  append_child (json, image, more);
  g_ptr_array_add (children, image);
}

static LsManifest *
read_index (Reader *reader)
{
  const char *start = reader->at;
  g_autoptr (GString) json = g_string_new (
      "{\"schemaVersion\":2,\"mediaType\":\"" LS_MEDIA_TYPE_OCI_INDEX "\",\"manifests\":[");
  g_autoptr (GPtrArray) children = g_ptr_array_new ();
  g_autofree char *label = NULL;

  reader->at++;
  while (*reader->at != ']')
    if (*reader->at == ' ')
      reader->at++;
    else if (*reader->at == '[')
      {
        LsManifest *index = read_index (reader);

        append_child (json, index, "");
        g_ptr_array_add (children, index);
      }
    else
      append_word (reader, json, children);
  reader->at++;
  g_string_append (json, "],\"annotations\":{\"made\":\"here\"}}");
  label = g_strndup (start, reader->at - start);

  return add_manifest (reader->graph, label, LS_MEDIA_TYPE_OCI_INDEX, json->str);
}

/**
 * ls_test_graph_new:
 * @text: what the root is
 *
 * Returns: (transfer full): the root and all below it
 */
LsTestGraph *
ls_test_graph_new (const char *text)
{
  LsTestGraph *graph = g_new0 (LsTestGraph, 1);
  Reader reader = { graph, text };

  graph->manifests =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) ls_manifest_unref);
  graph->labels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  graph->contents =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  graph->root = text[0] == '[' ? read_index (&reader) : add_image (graph, text);
  ls_manifest_ref (graph->root);

  return graph;
}

/**
 * ls_test_graph_free:
 * @graph: (transfer full): a graph
 */
void
ls_test_graph_free (LsTestGraph *graph)
{
  ls_manifest_unref (graph->root);
  g_hash_table_unref (graph->manifests);
  g_hash_table_unref (graph->labels);
  g_hash_table_unref (graph->contents);
  g_free (graph);
}

/**
 * ls_test_graph_label:
 * @graph: a graph
 * @descriptor: something
 *
 * Returns: (transfer none): what it is called; "new" if it is none of the graph
 */
const char *
ls_test_graph_label (LsTestGraph *graph, LsDescriptor *descriptor)
{
  const char *label = g_hash_table_lookup (
      graph->labels, ls_digest_to_string (ls_descriptor_get_digest (descriptor)));

  return label != NULL ? label : "new";
}

/**
 * ls_test_graph_list:
 * @graph: a graph
 * @descriptors: (element-type LsDescriptor): some of it
 *
 * Returns: (transfer full): what they are called, with blanks between them
 */
char *
ls_test_graph_list (LsTestGraph *graph, GPtrArray *descriptors)
{
  g_autoptr (GString) labels = g_string_new (NULL);

  for (guint i = 0; i < descriptors->len; i++)
    g_string_append_printf (labels, "%s%s", i > 0 ? " " : "",
                            ls_test_graph_label (graph, descriptors->pdata[i]));

  return g_string_free (g_steal_pointer (&labels), FALSE);
}

/**
 * ls_test_graph_find:
 * @graph: a graph
 * @label: what a manifest is called
 *
 * Returns: (transfer none): the manifest
 */
LsManifest *
ls_test_graph_find (LsTestGraph *graph, const char *label)
{
  GHashTableIter iter;
  gpointer digest, name;

  g_hash_table_iter_init (&iter, graph->labels);
  while (g_hash_table_iter_next (&iter, &digest, &name))
    if (g_str_equal (name, label) && g_hash_table_contains (graph->manifests, digest))
      return g_hash_table_lookup (graph->manifests, digest);

  g_assert_not_reached ();
}

/**
 * ls_test_graph_get_manifest:
 * @descriptor: what to get
 * @graph: a graph
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Returns: (transfer full): the manifest; %NULL with %LS_ERROR_NOT_FOUND
 */
LsManifest *
ls_test_graph_get_manifest (LsDescriptor *descriptor, gpointer graph, GCancellable *cancellable,
                            GError **error)
{
  LsTestGraph *self = graph;
  const char *digest = ls_digest_to_string (ls_descriptor_get_digest (descriptor));
  LsManifest *manifest = g_hash_table_lookup (self->manifests, digest);

  g_atomic_int_inc (&self->n_asked);
  if (manifest == NULL)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_NOT_FOUND, "No manifest %s", digest);
      return NULL;
    }

  return ls_manifest_ref (manifest);
}
