/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-attestations.h"

#include "config.h"
#include "ls-error.h"
#include "ls-registry-image.h"
#include "ls-worker.h"

#include <glib/gi18n.h>
#include <string.h>

/* Where BuildKit says what an attestation is about: on the layer that has it. */
#define ANNOTATION_PREDICATE "in-toto.io/predicate-type"

typedef struct
{
  /* input */
  LsReference *name;
  LsDescriptor *image;

  /* in progress */
  LsImageSource *source;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_clear_pointer (&request->name, ls_reference_unref);
  g_clear_pointer (&request->image, ls_descriptor_unref);
  g_clear_object (&request->source);
  g_free (request);
}

static gboolean
add_types (Request *request, LsDescriptor *attestation, GPtrArray *types, GCancellable *cancellable,
           GError **error)
{
  g_autoptr (LsManifest) manifest =
      ls_image_source_get_manifest (request->source, attestation, cancellable, error);
  GPtrArray *layers = manifest != NULL ? ls_manifest_get_layers (manifest) : NULL;

  if (manifest == NULL)
    return FALSE;

  for (guint i = 0; layers != NULL && i < layers->len; i++)
    {
      const char *type = ls_descriptor_get_annotation (layers->pdata[i], ANNOTATION_PREDICATE);

      g_ptr_array_add (types, g_strdup (type != NULL ? type : ""));
    }

  return TRUE;
}

static void
list_types (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Request *request = task_data;
  LsDigest *digest = ls_descriptor_get_digest (request->image);
  g_autoptr (GPtrArray) types = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (LsManifest) index = NULL;
  GError *error = NULL;
  GPtrArray *children;

  index = ls_image_source_resolve (request->source, cancellable, &error);
  if (index == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  children = ls_manifest_is_index (index) ? ls_manifest_get_children (index) : NULL;
  for (guint i = 0; children != NULL && i < children->len; i++)
    if (ls_descriptor_attests (children->pdata[i], digest)
        && !add_types (request, children->pdata[i], types, cancellable, &error))
      {
        g_task_return_error (task, error);
        return;
      }

  g_ptr_array_add (types, NULL);
  g_task_return_pointer (task, g_ptr_array_free (g_steal_pointer (&types), FALSE),
                         (GDestroyNotify) g_strfreev);
}

static void
got_registry_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Request *request = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (LsRegistry) registry =
      ls_account_list_get_registry_finish (LS_ACCOUNT_LIST (object), result, &error);

  if (registry == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  request->source = LS_IMAGE_SOURCE (ls_registry_image_new (registry, request->name));
  ls_worker_run (task, list_types);
}

/**
 * ls_attestations_list_async:
 * @context: asks the registry
 * @name: the name of an index, with a tag or a digest
 * @image: one of the images below it
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Asks what the index has attested of @image.
 */
void
ls_attestations_list_async (LsContext *context, LsReference *name, LsDescriptor *image,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (context, cancellable, callback, user_data);
  LsAccountList *accounts = ls_context_get_accounts (context);
  Request *request = g_new0 (Request, 1);
  LsAccount *account = NULL;

  /* Nobody is asked to unlock a keyring for this. */
  if (!ls_account_list_get_locked (accounts))
    account = ls_context_find_account (context, name);

  request->name = ls_reference_ref (name);
  request->image = ls_descriptor_ref (image);
  g_task_set_source_tag (task, ls_attestations_list_async);
  g_task_set_task_data (task, request, request_free);
  ls_account_list_get_registry_async (accounts, ls_reference_get_registry (name), account,
                                      got_registry_cb, task);
}

/**
 * ls_attestations_list_finish:
 * @context: the context
 * @result: the result given to the callback
 * @error: return location for an error
 *
 * Errors: those of ls_image_source_resolve() and ls_image_source_get_manifest().
 *
 * Returns: (transfer full): types of in-toto predicates, as the registry has them; an empty
 *   text where none is said; %NULL with @error set
 */
GStrv
ls_attestations_list_finish (LsContext *context, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, context), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_attestations_list_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * ls_attestation_get_title:
 * @type: the type of an in-toto predicate
 *
 * Returns: (transfer none): what people call it
 */
const char *
ls_attestation_get_title (const char *type)
{
  if (strstr (type, "slsa.dev/provenance") != NULL)
    return _ ("Provenance: how it was built");
  if (strstr (type, "spdx.dev") != NULL || strstr (type, "cyclonedx.org") != NULL)
    return _ ("Software bill of materials: what it contains");

  return _ ("Attestation");
}
