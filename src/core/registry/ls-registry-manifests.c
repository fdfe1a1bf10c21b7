/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-registry-private.h"

#include "ls-http-error.h"
#include "ls-media-type.h"

#include <string.h>

/* Without these a registry may answer with a format long out of use, or with
 * nothing at all (OCI distribution specification, "Pulling manifests"). */
#define ACCEPTED                                                                                   \
  LS_MEDIA_TYPE_OCI_INDEX ", " LS_MEDIA_TYPE_OCI_MANIFEST ", " LS_MEDIA_TYPE_DOCKER_LIST           \
                          ", " LS_MEDIA_TYPE_DOCKER_MANIFEST

static char *
make_subject (LsRegistry *self, const char *repository, const char *tag_or_digest)
{
  return g_strdup_printf ("%s/%s%s%s", ls_registry_get_name (self), repository,
                          strchr (tag_or_digest, ':') != NULL ? "@" : ":", tag_or_digest);
}

/* A tag has no colon, a digest always has. */
static gboolean
parse_wanted_digest (const char *tag_or_digest, LsDigest **digest, GError **error)
{
  *digest = NULL;
  if (strchr (tag_or_digest, ':') == NULL)
    return TRUE;

  *digest = ls_digest_parse (tag_or_digest, error);

  return *digest != NULL;
}

/* Older registries leave this field out or get it wrong: it is advice. */
static LsDigest *
get_advised_digest (LsHttpReply *reply)
{
  const char *text = ls_http_reply_get_header (reply, "Docker-Content-Digest");

  return text != NULL ? ls_digest_parse (text, NULL) : NULL;
}

static LsHttpReply *
ask (LsRegistry *self, const char *method, const char *repository, const char *tag_or_digest,
     GCancellable *cancellable, GError **error)
{
  g_autoptr (LsHttpRequest) request = NULL;

  request = ls_registry_create_request (self, method, repository, "manifests", tag_or_digest,
                                        cancellable, error);
  if (request == NULL)
    return NULL;

  ls_http_request_set_header (request, "Accept", ACCEPTED);
  ls_http_request_set_max_size (request, LS_MANIFEST_MAX_SIZE);

  return ls_registry_send_for (self, request, repository, LS_REGISTRY_PULL, cancellable, error);
}

static LsHttpReply *
fetch (LsRegistry *self, const char *repository, const char *tag_or_digest, const char *subject,
       GCancellable *cancellable, GError **error)
{
  g_autoptr (LsHttpReply) reply = ask (self, "GET", repository, tag_or_digest, cancellable, error);

  if (reply == NULL || !ls_registry_check (self, reply, subject, error))
    return NULL;

  return g_steal_pointer (&reply);
}

static gboolean
contradicts_itself (LsHttpReply *reply)
{
  g_autoptr (LsDigest) advised = get_advised_digest (reply);

  return advised != NULL && !ls_digest_matches (advised, ls_http_reply_get_body (reply));
}

/* A registry that contradicts itself is asked once more. What was damaged on the way is
 * damaged otherwise then, or not at all; where the bytes are the same, it is the header
 * that is wrong. */
static LsHttpReply *
fetch_by_tag (LsRegistry *self, const char *repository, const char *tag, const char *subject,
              GCancellable *cancellable, GError **error)
{
  g_autoptr (LsHttpReply) reply = fetch (self, repository, tag, subject, cancellable, error);
  g_autoptr (LsHttpReply) again = NULL;

  if (reply == NULL || !contradicts_itself (reply))
    return g_steal_pointer (&reply);

  again = fetch (self, repository, tag, subject, cancellable, error);
  if (again == NULL || !contradicts_itself (again)
      || g_bytes_equal (ls_http_reply_get_body (reply), ls_http_reply_get_body (again)))
    return g_steal_pointer (&again);

  ls_http_set_error (error, LS_ERROR_DIGEST_MISMATCH, subject,
                     "%s sends other manifests than it says", ls_registry_get_name (self));

  return NULL;
}

/**
 * ls_registry_get_manifest:
 * @self: a registry
 * @repository: the name of a repository
 * @tag_or_digest: a tag or a digest
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Gets a manifest or an index (OCI distribution specification, "Pulling
 * manifests"). What was asked for by digest is verified against that digest, and what
 * was asked for by tag against what the registry says that it is: but there, bytes that
 * come twice count more.
 *
 * Raises %LS_ERROR_NOT_FOUND, %LS_ERROR_DIGEST_MISMATCH, %LS_ERROR_UNSUPPORTED
 * and %LS_ERROR_PROTOCOL from ls_manifest_parse(), and the errors of the line.
 *
 * Returns: (transfer full): a manifest; %NULL with @error set
 */
LsManifest *
ls_registry_get_manifest (LsRegistry *self, const char *repository, const char *tag_or_digest,
                          GCancellable *cancellable, GError **error)
{
  g_autofree char *subject = NULL;
  g_autofree char *content_type = NULL;
  g_autoptr (LsDigest) wanted = NULL;
  g_autoptr (LsHttpReply) reply = NULL;

  g_return_val_if_fail (LS_IS_REGISTRY (self), NULL);
  g_return_val_if_fail (repository != NULL && tag_or_digest != NULL, NULL);

  if (!parse_wanted_digest (tag_or_digest, &wanted, error))
    return NULL;

  subject = make_subject (self, repository, tag_or_digest);
  if (wanted != NULL)
    reply = fetch (self, repository, tag_or_digest, subject, cancellable, error);
  else
    reply = fetch_by_tag (self, repository, tag_or_digest, subject, cancellable, error);
  if (reply == NULL)
    return NULL;

  if (wanted != NULL && !ls_digest_matches (wanted, ls_http_reply_get_body (reply)))
    {
      ls_http_set_error (error, LS_ERROR_DIGEST_MISMATCH, subject,
                         "%s sent another manifest than %s", ls_registry_get_name (self),
                         tag_or_digest);
      return NULL;
    }

  content_type = ls_http_reply_dup_content_type (reply);

  return ls_manifest_parse (ls_http_reply_get_body (reply), content_type, error);
}

/* What the head of a reply says of a manifest, if it says enough. */
static LsDescriptor *
descriptor_from_head (LsHttpReply *reply, LsDigest *wanted)
{
  g_autofree char *media_type = ls_http_reply_dup_content_type (reply);
  g_autoptr (LsDigest) advised = get_advised_digest (reply);
  gint64 size = ls_http_reply_get_content_length (reply);
  LsDigest *digest = wanted != NULL ? wanted : advised;

  if (digest == NULL || size <= 0 || media_type == NULL
      || (!ls_media_type_is_index (media_type) && !ls_media_type_is_manifest (media_type)))
    return NULL;

  return ls_descriptor_new (media_type, digest, size);
}

/* Whether the head of a reply is the last word. Some who do not know HEAD say 404 to it, but
 * not in a registry's name. */
static gboolean
is_answer (LsHttpReply *reply)
{
  guint status = ls_http_reply_get_status (reply);

  if (status == 404)
    return !ls_http_reply_get_left_origin (reply)
           && ls_http_reply_get_header (reply, "Docker-Distribution-API-Version") != NULL;

  return status == 401 || status == 403 || status == 429;
}

/**
 * ls_registry_head_manifest:
 * @self: a registry
 * @repository: the name of a repository
 * @tag_or_digest: a tag or a digest
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Asks what a tag leads to without getting it, which Docker Hub does not count
 * as a pull. Registries that do not answer this well are asked for the manifest.
 * What comes back is the registry's word, and not verified.
 *
 * Raises what ls_registry_get_manifest() raises.
 *
 * Returns: (transfer full): a descriptor; %NULL with @error set
 */
LsDescriptor *
ls_registry_head_manifest (LsRegistry *self, const char *repository, const char *tag_or_digest,
                           GCancellable *cancellable, GError **error)
{
  g_autofree char *subject = NULL;
  g_autoptr (LsDigest) wanted = NULL;
  g_autoptr (LsHttpReply) reply = NULL;
  g_autoptr (LsManifest) manifest = NULL;
  LsDescriptor *descriptor = NULL;

  g_return_val_if_fail (LS_IS_REGISTRY (self), NULL);
  g_return_val_if_fail (repository != NULL && tag_or_digest != NULL, NULL);

  if (!parse_wanted_digest (tag_or_digest, &wanted, error))
    return NULL;

  subject = make_subject (self, repository, tag_or_digest);
  reply = ask (self, "HEAD", repository, tag_or_digest, cancellable, error);
  if (reply == NULL)
    return NULL;

  if (is_answer (reply))
    {
      ls_registry_check (self, reply, subject, error);
      return NULL;
    }

  if (ls_http_reply_is_success (reply))
    descriptor = descriptor_from_head (reply, wanted);
  if (descriptor != NULL)
    return descriptor;

  manifest = ls_registry_get_manifest (self, repository, tag_or_digest, cancellable, error);

  return manifest != NULL ? ls_descriptor_ref (ls_manifest_get_descriptor (manifest)) : NULL;
}

/**
 * ls_registry_put_manifest:
 * @self: a registry
 * @repository: the name of a repository
 * @tag_or_digest: the tag or digest to put it under
 * @manifest: a manifest, whose blobs are all there
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Puts the exact bytes of @manifest (OCI distribution specification, "Pushing
 * manifests").
 *
 * Raises %LS_ERROR_TOO_LARGE, %LS_ERROR_DIGEST_MISMATCH when the registry took
 * something else, %LS_ERROR_PROTOCOL when what answered is no registry, and the
 * errors of the line.
 *
 * Returns: whether it is there
 */
gboolean
ls_registry_put_manifest (LsRegistry *self, const char *repository, const char *tag_or_digest,
                          LsManifest *manifest, GCancellable *cancellable, GError **error)
{
  g_autofree char *subject = NULL;
  g_autoptr (LsHttpRequest) request = NULL;
  g_autoptr (LsHttpReply) reply = NULL;
  g_autoptr (LsDigest) advised = NULL;
  LsDigest *digest;

  g_return_val_if_fail (LS_IS_REGISTRY (self), FALSE);
  g_return_val_if_fail (repository != NULL && tag_or_digest != NULL, FALSE);
  g_return_val_if_fail (manifest != NULL, FALSE);

  subject = make_subject (self, repository, tag_or_digest);
  request = ls_registry_create_request (self, "PUT", repository, "manifests", tag_or_digest,
                                        cancellable, error);
  if (request == NULL)
    return FALSE;

  ls_http_request_set_body (request, ls_manifest_get_media_type (manifest),
                            ls_manifest_get_bytes (manifest));
  ls_http_request_set_may_repeat (request, TRUE);
  reply = ls_registry_send_for (self, request, repository, LS_REGISTRY_PUSH, cancellable, error);
  if (reply == NULL || !ls_registry_check (self, reply, subject, error))
    return FALSE;

  advised = get_advised_digest (reply);
  digest = ls_descriptor_get_digest (ls_manifest_get_descriptor (manifest));
  if (advised != NULL && !ls_digest_equal (advised, digest)
      && g_str_equal (ls_digest_get_algorithm (advised), ls_digest_get_algorithm (digest)))
    {
      ls_http_set_error (error, LS_ERROR_DIGEST_MISMATCH, subject,
                         "%s took the manifest as %s and not as %s", ls_registry_get_name (self),
                         ls_digest_to_string (advised), ls_digest_to_string (digest));
      return FALSE;
    }

  /* A captive portal says 200 to everything. */
  if (advised == NULL && ls_http_reply_get_header (reply, "Location") == NULL)
    {
      ls_http_set_error (error, LS_ERROR_PROTOCOL, subject,
                         "%s did not confirm that it took the manifest",
                         ls_registry_get_name (self));
      return FALSE;
    }

  return TRUE;
}
