/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-manifest.h"
#include "ls-media-type.h"

#include <string.h>

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SHA256 "sha256:" HEX
#define BLOB(type, size) "{\"mediaType\":\"" type "\",\"digest\":\"" SHA256 "\",\"size\":" size "}"
#define CONFIG "\"config\":" BLOB (LS_MEDIA_TYPE_OCI_CONFIG, "10")
#define LAYER BLOB ("application/vnd.oci.image.layer.v1.tar+gzip", "1000")
#define LAYERS "\"layers\":[" LAYER "," LAYER "]"
#define V2 "\"schemaVersion\":2"
#define TYPE(type) "\"mediaType\":\"" type "\""
#define CHILD(more)                                                                                \
  "{\"mediaType\":\"" LS_MEDIA_TYPE_OCI_MANIFEST "\",\"digest\":\"" SHA256 "\",\"size\":9" more "}"
#define CHILDREN "\"manifests\":[" CHILD ("") "]"

#define IMAGE "{" V2 "," CONFIG "," LAYERS "}"
#define INDEX "{" V2 "," CHILDREN "}"

static LsManifest *
parse (const char *text, const char *content_type, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return ls_manifest_parse (bytes, content_type, error);
}

static LsManifest *
parse_good (const char *text, const char *content_type)
{
  g_autoptr (GError) error = NULL;
  LsManifest *manifest = parse (text, content_type, &error);

  g_assert_no_error (error);

  return manifest;
}

/* The type comes from the header, the body, or the members, in this order. */
static void
test_media_types (void)
{
  static const struct
  {
    const char *text;
    const char *content_type;
    const char *media_type;
  } cases[] = {
    { IMAGE, LS_MEDIA_TYPE_OCI_MANIFEST, LS_MEDIA_TYPE_OCI_MANIFEST },
    { IMAGE, LS_MEDIA_TYPE_DOCKER_MANIFEST, LS_MEDIA_TYPE_DOCKER_MANIFEST },
    { IMAGE, LS_MEDIA_TYPE_OCI_MANIFEST "; charset=utf-8", LS_MEDIA_TYPE_OCI_MANIFEST },
    { IMAGE, " Application/Vnd.OCI.Image.Manifest.v1+JSON ;x=y", LS_MEDIA_TYPE_OCI_MANIFEST },
    { IMAGE, NULL, LS_MEDIA_TYPE_OCI_MANIFEST },
    { IMAGE, "", LS_MEDIA_TYPE_OCI_MANIFEST },
    { IMAGE, "application/json", LS_MEDIA_TYPE_OCI_MANIFEST },
    { IMAGE, "text/plain; charset=utf-8", LS_MEDIA_TYPE_OCI_MANIFEST },
    { IMAGE, "application/octet-stream", LS_MEDIA_TYPE_OCI_MANIFEST },
    { INDEX, LS_MEDIA_TYPE_OCI_INDEX, LS_MEDIA_TYPE_OCI_INDEX },
    { INDEX, LS_MEDIA_TYPE_DOCKER_LIST, LS_MEDIA_TYPE_DOCKER_LIST },
    { INDEX, NULL, LS_MEDIA_TYPE_OCI_INDEX },
    { "{" V2 "," TYPE (LS_MEDIA_TYPE_DOCKER_MANIFEST) "," CONFIG "," LAYERS "}",
      LS_MEDIA_TYPE_DOCKER_MANIFEST, LS_MEDIA_TYPE_DOCKER_MANIFEST },
    { "{" V2 "," TYPE (LS_MEDIA_TYPE_DOCKER_MANIFEST) "," CONFIG "," LAYERS "}", "application/json",
      LS_MEDIA_TYPE_DOCKER_MANIFEST },
    { "{" V2 "," TYPE (LS_MEDIA_TYPE_DOCKER_LIST) "," CHILDREN "}", "text/plain",
      LS_MEDIA_TYPE_DOCKER_LIST },
    { "{" CONFIG "," LAYERS "}", LS_MEDIA_TYPE_OCI_MANIFEST, LS_MEDIA_TYPE_OCI_MANIFEST },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LsManifest) manifest = NULL;

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      manifest = parse_good (cases[i].text, cases[i].content_type);
      g_assert_cmpstr (ls_manifest_get_media_type (manifest), ==, cases[i].media_type);
      g_assert_cmpint (ls_manifest_is_index (manifest), ==,
                       ls_media_type_is_index (cases[i].media_type));
    }
}

static void
test_bad (void)
{
  static const struct
  {
    const char *text;
    const char *content_type;
    LsError code;
  } cases[] = {
    { "", NULL, LS_ERROR_PROTOCOL },
    { "<html>", "text/html", LS_ERROR_PROTOCOL },
    { "[]", NULL, LS_ERROR_PROTOCOL },
    { "{}", NULL, LS_ERROR_PROTOCOL },
    { "{}", LS_MEDIA_TYPE_OCI_MANIFEST, LS_ERROR_PROTOCOL },
    { "{}", LS_MEDIA_TYPE_OCI_INDEX, LS_ERROR_PROTOCOL },
    /* The shape contradicts the header. */
    { IMAGE, LS_MEDIA_TYPE_OCI_INDEX, LS_ERROR_PROTOCOL },
    { INDEX, LS_MEDIA_TYPE_OCI_MANIFEST, LS_ERROR_PROTOCOL },
    /* The body contradicts the header. */
    { "{" V2 "," TYPE (LS_MEDIA_TYPE_OCI_INDEX) "," CONFIG "," LAYERS "}",
      LS_MEDIA_TYPE_OCI_MANIFEST, LS_ERROR_PROTOCOL },
    { "{" V2 "," TYPE (LS_MEDIA_TYPE_OCI_MANIFEST) "," CONFIG "," LAYERS "}",
      LS_MEDIA_TYPE_DOCKER_MANIFEST, LS_ERROR_PROTOCOL },
    { "{" V2 "," TYPE ("") "," CONFIG "," LAYERS "}", LS_MEDIA_TYPE_OCI_MANIFEST,
      LS_ERROR_PROTOCOL },
    { "{" V2 ",\"mediaType\":7," CONFIG "," LAYERS "}", NULL, LS_ERROR_PROTOCOL },
    { "{" V2 ",\"mediaType\":null," CONFIG "," LAYERS "}", NULL, LS_ERROR_PROTOCOL },
    /* Other documents. */
    { "{" V2 "," TYPE ("application/x") "," CONFIG "," LAYERS "}", NULL, LS_ERROR_UNSUPPORTED },
    { IMAGE, "application/vnd.oci.artifact.manifest.v1+json", LS_ERROR_UNSUPPORTED },
    /* Schema 1. */
    { "{\"schemaVersion\":1,\"fsLayers\":[]}", NULL, LS_ERROR_UNSUPPORTED },
    { "{\"schemaVersion\":1,\"fsLayers\":[]}",
      "application/vnd.docker.distribution.manifest.v1+prettyjws", LS_ERROR_UNSUPPORTED },
    { "{\"schemaVersion\":1}",
      "application/vnd.docker.distribution.manifest.v1+json; charset=utf-8", LS_ERROR_UNSUPPORTED },
    { "{\"schemaVersion\":1}", LS_MEDIA_TYPE_DOCKER_MANIFEST, LS_ERROR_UNSUPPORTED },
    { "{\"schemaVersion\":3," CONFIG "," LAYERS "}", NULL, LS_ERROR_PROTOCOL },
    { "{\"schemaVersion\":\"2\"," CONFIG "," LAYERS "}", NULL, LS_ERROR_PROTOCOL },
    { "{\"schemaVersion\":2.0," CONFIG "," LAYERS "}", NULL, LS_ERROR_PROTOCOL },
    /* Parts that are missing or of another type. */
    { "{" V2 "," LAYERS "}", NULL, LS_ERROR_PROTOCOL },
    { "{" V2 "," CONFIG "}", LS_MEDIA_TYPE_OCI_MANIFEST, LS_ERROR_PROTOCOL },
    { "{" V2 ",\"config\":null," LAYERS "}", NULL, LS_ERROR_PROTOCOL },
    { "{" V2 "," CONFIG ",\"layers\":{}}", NULL, LS_ERROR_PROTOCOL },
    { "{" V2 "," CONFIG ",\"layers\":[1]}", NULL, LS_ERROR_PROTOCOL },
    { "{" V2 "," CONFIG ",\"layers\":[null]}", NULL, LS_ERROR_PROTOCOL },
    { "{" V2 "," CONFIG ",\"layers\":[" LAYER ",{}]}", NULL, LS_ERROR_PROTOCOL },
    { "{" V2 ",\"config\":" BLOB ("a/b", "-1") "," LAYERS "}", NULL, LS_ERROR_PROTOCOL },
    { "{" V2 ",\"manifests\":[7]}", NULL, LS_ERROR_PROTOCOL },
    { "{" V2 ",\"manifests\":7}", NULL, LS_ERROR_PROTOCOL },
    { "{" V2 "," CONFIG ",\"layers\":[{\"mediaType\":\"a/b\",\"size\":1,"
      "\"digest\":\"sha256:../../../../etc/passwd\"}]}",
      NULL, LS_ERROR_PROTOCOL },
    { "{" V2 "," CONFIG ",\"layers\":[{\"mediaType\":\"a/b\",\"size\":1,"
      "\"digest\":\"md5:d41d8cd98f00b204e9800998ecf8427e\"}]}",
      NULL, LS_ERROR_UNSUPPORTED },
    /* Two readers could take these for two things. */
    { "{" V2 "," CONFIG "," LAYERS ",\"Layers\":[]}", NULL, LS_ERROR_PROTOCOL },
    { "{" V2 "," CONFIG ",\"LAYERS\":[]}", LS_MEDIA_TYPE_OCI_MANIFEST, LS_ERROR_PROTOCOL },
    { "{" V2 "," CONFIG "," LAYERS "," LAYERS "}", NULL, LS_ERROR_PROTOCOL },
    { "{" V2 "," CONFIG "," LAYERS ",\"MediaType\":\"" LS_MEDIA_TYPE_OCI_INDEX "\"}", NULL,
      LS_ERROR_PROTOCOL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LsManifest) manifest = NULL;

      g_test_message ("%s: %s", cases[i].content_type, cases[i].text);
      manifest = parse (cases[i].text, cases[i].content_type, &error);
      g_assert_null (manifest);
      g_assert_error (error, LS_ERROR, (int) cases[i].code);
    }
}

/* CVE-2021-41190: the same refusal whatever the header says. */
static void
test_two_shapes (void)
{
  static const char *const texts[] = {
    "{" V2 "," CONFIG "," LAYERS "," CHILDREN "}",
    "{" V2 "," LAYERS "," CHILDREN "}",
    "{" V2 "," CONFIG "," CHILDREN "}",
    "{" V2 ",\"fsLayers\":[]," CHILDREN "}",
    "{" V2 ",\"manifests\":null,\"layers\":null}",
  };
  static const char *const content_types[] = {
    NULL,
    "application/json",
    LS_MEDIA_TYPE_OCI_INDEX,
    LS_MEDIA_TYPE_OCI_MANIFEST,
    LS_MEDIA_TYPE_DOCKER_LIST,
    LS_MEDIA_TYPE_DOCKER_MANIFEST,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (content_types); k++)
      {
        g_autoptr (GError) error = NULL;

        g_assert_null (parse (texts[i], content_types[k], &error));
        g_assert_error (error, LS_ERROR, LS_ERROR_PROTOCOL);
        g_assert_cmpstr (error->message, ==, "The manifest is both an index and an image");
      }
}

static void
test_image (void)
{
  g_autoptr (LsManifest) manifest = parse_good (IMAGE, LS_MEDIA_TYPE_OCI_MANIFEST);
  GPtrArray *layers = ls_manifest_get_layers (manifest);

  g_assert_false (ls_manifest_is_index (manifest));
  g_assert_cmpint (ls_descriptor_get_size (ls_manifest_get_config (manifest)), ==, 10);
  g_assert_cmpuint (layers->len, ==, 2);
  g_assert_cmpint (ls_descriptor_get_size (g_ptr_array_index (layers, 1)), ==, 1000);
  g_assert_cmpuint (ls_manifest_get_children (manifest)->len, ==, 0);
  g_assert_cmpint (ls_manifest_get_total_size (manifest), ==, strlen (IMAGE) + 10 + 2 * 1000);
}

static void
test_index (void)
{
  g_autoptr (LsManifest) manifest =
      parse_good ("{" V2 ",\"manifests\":[" CHILD ("") "," BLOB ("application/x", "3") "]}", NULL);
  GPtrArray *children = ls_manifest_get_children (manifest);

  g_assert_true (ls_manifest_is_index (manifest));
  g_assert_null (ls_manifest_get_config (manifest));
  g_assert_cmpuint (ls_manifest_get_layers (manifest)->len, ==, 0);
  g_assert_cmpuint (children->len, ==, 2);
  g_assert_cmpstr (ls_descriptor_get_media_type (g_ptr_array_index (children, 1)), ==,
                   "application/x");
}

static void
test_artifact (void)
{
  static const char *const texts[] = {
    "{" V2
    ",\"artifactType\":\"application/x\",\"subject\":" BLOB ("a/b", "1") ",\"config\":" BLOB (
        "application/vnd.oci.empty.v1+json", "2") ",\"layers\":[]}",
    "{" V2 "," CONFIG ",\"layers\":null}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (LsManifest) manifest = parse_good (texts[i], LS_MEDIA_TYPE_OCI_MANIFEST);

      g_assert_cmpuint (ls_manifest_get_layers (manifest)->len, ==, 0);
    }
}

/* The bytes stay as they came, with their odd spaces, and so does their digest. */
static void
test_bytes (void)
{
  static const char text[] = " {\n" V2 " , " CONFIG ",\t" LAYERS "}\r\n";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (LsDigest) digest = ls_digest_for_bytes (bytes);
  g_autoptr (LsManifest) manifest = parse_good (text, LS_MEDIA_TYPE_DOCKER_MANIFEST);
  LsDescriptor *descriptor = ls_manifest_get_descriptor (manifest);

  g_assert_true (g_bytes_equal (ls_manifest_get_bytes (manifest), bytes));
  g_assert_true (ls_digest_equal (ls_descriptor_get_digest (descriptor), digest));
  g_assert_cmpint (ls_descriptor_get_size (descriptor), ==, strlen (text));
  g_assert_cmpstr (ls_descriptor_get_media_type (descriptor), ==, LS_MEDIA_TYPE_DOCKER_MANIFEST);
}

static char *
image_with_layers (guint n_layers, const char *layer)
{
  GString *text = g_string_new ("{" V2 "," CONFIG ",\"layers\":[");

  for (guint i = 0; i < n_layers; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "," : "", layer);
  g_string_append (text, "]}");

  return g_string_free (text, FALSE);
}

static void
test_many_layers (void)
{
  g_autofree char *most = image_with_layers (4096, LAYER);
  g_autofree char *more = image_with_layers (4097, LAYER);
  g_autoptr (GError) error = NULL;
  g_autoptr (LsManifest) manifest = parse_good (most, NULL);

  g_assert_cmpuint (ls_manifest_get_layers (manifest)->len, ==, 4096);
  g_assert_null (parse (more, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TOO_LARGE);
}

static void
test_huge_total (void)
{
  g_autofree char *text = image_with_layers (4096, BLOB ("a/b", "9007199254740992"));
  g_autoptr (LsManifest) manifest = parse_good (text, NULL);

  g_assert_cmpint (ls_manifest_get_total_size (manifest), ==, G_GINT64_CONSTANT (1) << 53);
}

static void
test_too_large (void)
{
  g_autofree char *spaces = g_strnfill (LS_MANIFEST_MAX_SIZE, ' ');
  g_autofree char *text = g_strconcat (IMAGE, spaces, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (parse (text, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TOO_LARGE);
}

#define ON(os, architecture)                                                                       \
  ",\"platform\":{\"os\":\"" os "\",\"architecture\":\"" architecture "\"}"
#define ON_VARIANT(os, architecture, variant)                                                      \
  ",\"platform\":{\"os\":\"" os "\",\"architecture\":\"" architecture "\",\"variant\":\"" variant  \
  "\"}"
#define ATTESTATION ",\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"}"
#define NUMBERED(n, type, more)                                                                    \
  "{\"mediaType\":\"" type "\",\"digest\":\"" SHA256 "\",\"size\":" n more "}"
#define OCI(n, more) NUMBERED (n, LS_MEDIA_TYPE_OCI_MANIFEST, more)
#define NESTED(n, more) NUMBERED (n, LS_MEDIA_TYPE_OCI_INDEX, more)
#define OTHER(n, more) NUMBERED (n, "application/x", more)

/* The children are told apart by their size. */
static void
test_select (void)
{
  static const struct
  {
    const char *children;
    const char *wanted;
    gint64 chosen;       /* 0 where there is none */
    const char *offered; /* what the error lists */
  } cases[] = {
    { OCI ("1", ON ("linux", "amd64")) "," OCI ("2", ON ("linux", "arm64")), "linux/amd64", 1 },
    { OCI ("1", ON ("linux", "amd64")) "," OCI ("2", ON ("linux", "arm64")), "linux/arm64", 2 },
    { NUMBERED ("1", LS_MEDIA_TYPE_DOCKER_MANIFEST, ON ("linux", "amd64")), "linux/amd64", 1 },
    /* Of equal ones the first; an exact one before a lower variant. */
    { OCI ("1", ON ("linux", "amd64")) "," OCI ("2", ON ("linux", "amd64")), "linux/amd64", 1 },
    { OCI ("1", ON_VARIANT ("linux", "arm", "v5")) "," OCI ("2", ON_VARIANT ("linux", "arm", "v7")),
      "linux/arm/v7", 2 },
    { OCI ("1", ON_VARIANT ("linux", "arm", "v5")) "," OCI ("2", ON_VARIANT ("linux", "arm", "v6")),
      "linux/arm/v7", 2 },
    { OCI ("1", ON ("linux", "386")) "," OCI ("2", ON ("linux", "amd64")), "linux/amd64", 2 },
    { OCI ("1", ON_VARIANT ("linux", "arm64", "v8")), "linux/arm64", 1 },
    /* Attestations and unknown things are no images. */
    { OCI ("1", ON ("unknown", "unknown") ATTESTATION) "," OCI ("2", ON ("linux", "amd64")),
      "linux/amd64", 2 },
    { OCI ("1", ON ("linux", "amd64") ATTESTATION), "linux/amd64", 0, "" },
    { OTHER ("1", ON ("linux", "amd64")), "linux/amd64", 0, "" },
    { OTHER ("1", ON ("linux", "amd64")) "," OCI ("2", ON ("linux", "amd64")), "linux/amd64", 2 },
    /* No platform: only if there is no choice. */
    { OCI ("1", ""), "linux/amd64", 1 },
    { OCI ("1", "") "," OCI ("2", ON ("unknown", "unknown") ATTESTATION), "linux/amd64", 1 },
    { OCI ("1", "") "," OCI ("2", ""), "linux/amd64", 0, "" },
    { OCI ("1", "") "," OCI ("2", ON ("linux", "arm64")), "linux/amd64", 0, "linux/arm64" },
    { OCI ("1", "") "," OCI ("2", ON ("linux", "amd64")), "linux/amd64", 2 },
    /* A nested index is the last resort. */
    { NESTED ("1", "") "," OCI ("2", ON ("linux", "amd64")), "linux/amd64", 2 },
    { NESTED ("1", "") "," OCI ("2", ON ("linux", "arm64")), "linux/amd64", 1 },
    { NESTED ("1", ON ("linux", "arm64")) "," NESTED ("2", ON ("linux", "amd64")), "linux/amd64",
      2 },
    { NESTED ("1", ON ("linux", "arm64")), "linux/amd64", 0, "" },
    /* None. */
    { "", "linux/amd64", 0, "" },
    { OCI ("1", ON ("linux", "arm64")) "," OCI ("2", ON_VARIANT ("linux", "arm", "v7")) "," OCI (
          "3", ON_VARIANT ("linux", "arm64", "v8")),
      "linux/amd64", 0, "linux/arm64, linux/arm/v7" },
    { OCI ("1", ON ("windows", "amd64")), "linux/amd64", 0, "windows/amd64" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{" V2 ",\"manifests\":[%s]}", cases[i].children);
      g_autoptr (LsManifest) index = parse_good (text, NULL);
      g_autoptr (LsPlatform) wanted = ls_platform_parse (cases[i].wanted, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (LsDescriptor) chosen = ls_manifest_select_platform (index, wanted, &error);

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      if (cases[i].chosen > 0)
        {
          g_assert_no_error (error);
          g_assert_cmpint (ls_descriptor_get_size (chosen), ==, cases[i].chosen);
        }
      else
        {
          g_assert_null (chosen);
          g_assert_error (error, LS_ERROR, LS_ERROR_NO_PLATFORM);
          g_assert_cmpstr (ls_error_get_subject (error), ==, cases[i].offered);
          g_assert_nonnull (strstr (error->message, cases[i].wanted));
          g_assert_nonnull (strstr (error->message, cases[i].offered));
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/manifest/media-types", test_media_types);
  g_test_add_func ("/manifest/bad", test_bad);
  g_test_add_func ("/manifest/two-shapes", test_two_shapes);
  g_test_add_func ("/manifest/image", test_image);
  g_test_add_func ("/manifest/index", test_index);
  g_test_add_func ("/manifest/artifact", test_artifact);
  g_test_add_func ("/manifest/bytes", test_bytes);
  g_test_add_func ("/manifest/many-layers", test_many_layers);
  g_test_add_func ("/manifest/huge-total", test_huge_total);
  g_test_add_func ("/manifest/too-large", test_too_large);
  g_test_add_func ("/manifest/select", test_select);

  return g_test_run ();
}
