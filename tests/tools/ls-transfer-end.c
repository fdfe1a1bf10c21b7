/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-transfer-end.h"

#include "ls-error.h"
#include "ls-local-image.h"
#include "ls-registry-image.h"

#define OCI_PREFIX "oci:"
#define ANNOTATION_REF_NAME "org.opencontainers.image.ref.name"

/**
 * ls_transfer_end_parse:
 * @text: a reference, or `oci:DIR[:NAME]`
 * @store_path: (nullable): path of the store that a reference is a name in; %NULL
 *   when it names an image at a registry
 * @error: return location for an error
 *
 * Errors: %LS_ERROR_INVALID_NAME.
 *
 * Returns: (transfer full): an end that is not yet open
 */
LsTransferEnd *
ls_transfer_end_parse (const char *text, const char *store_path, GError **error)
{
  g_autoptr (LsTransferEnd) end = g_new0 (LsTransferEnd, 1);
  g_autoptr (LsReference) parsed = NULL;
  const char *name = text;

  end->text = g_strdup (text);
  end->path = g_strdup (store_path);
  if (g_str_has_prefix (text, OCI_PREFIX))
    {
      const char *path = text + strlen (OCI_PREFIX);
      const char *colon = strchr (path, ':');

      name = colon != NULL ? colon + 1 : NULL;
      g_free (end->path);
      end->path = colon != NULL ? g_strndup (path, colon - path) : g_strdup (path);
      end->ref_name = g_strdup (name);
      if (*end->path == '\0')
        {
          g_set_error (error, LS_ERROR, LS_ERROR_INVALID_NAME, "“%s” names no folder", text);
          return NULL;
        }
    }
  if (name != NULL)
    {
      parsed = ls_reference_parse (name, error);
      if (parsed == NULL)
        return NULL;
      end->name = ls_reference_with_latest (parsed);
    }

  return g_steal_pointer (&end);
}

/**
 * ls_transfer_end_free:
 * @end: (transfer full): an end
 *
 * Frees an end; what was made of it lives on.
 */
void
ls_transfer_end_free (LsTransferEnd *end)
{
  g_clear_object (&end->store);
  g_clear_object (&end->registry);
  g_clear_pointer (&end->name, ls_reference_unref);
  g_free (end->ref_name);
  g_free (end->path);
  g_free (end->text);
  g_free (end);
}

static gboolean
open_layout (LsTransferEnd *end, GError **error)
{
  end->store = ls_store_new (end->path);

  return ls_store_open (end->store, NULL, error);
}

/* To look into a folder that is no layout would turn it into one. */
static gboolean
open_existing_layout (LsTransferEnd *end, GError **error)
{
  g_autofree char *index = g_build_filename (end->path, "index.json", NULL);

  if (!g_file_test (index, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, LS_ERROR, LS_ERROR_NOT_FOUND, "“%s” is no OCI image layout", end->path);
      return FALSE;
    }

  return open_layout (end, error);
}

/* Gives a source without a name the one that is wanted, or the only one there is. */
static gboolean
find_name (LsTransferEnd *source, LsReference *wanted, GError **error)
{
  g_autoptr (GPtrArray) entries = ls_store_list (source->store, NULL, error);

  if (entries == NULL)
    return FALSE;

  for (guint i = 0; wanted != NULL && i < entries->len; i++)
    if (ls_reference_equal (((LsStoreEntry *) entries->pdata[i])->name, wanted))
      {
        source->name = ls_reference_ref (wanted);
        return TRUE;
      }
  if (entries->len != 1)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_NOT_FOUND, "“%s” holds %u images: which one?",
                   source->path, entries->len);
      return FALSE;
    }
  source->name = ls_reference_ref (((LsStoreEntry *) entries->pdata[0])->name);

  return TRUE;
}

static LsRegistry *
open_registry (LsHttp *http, LsRegistrySettings *settings, LsReference *name, const char *variable)
{
  const char *login = g_getenv (variable);
  g_autoptr (LsCredentials) credentials = NULL;
  g_auto (GStrv) parts = g_strsplit (login != NULL ? login : "", ":", 2);

  if (g_strv_length (parts) == 2)
    credentials = ls_credentials_new (parts[0], parts[1]);

  return ls_registry_new (http, settings, ls_reference_get_registry (name), credentials);
}

/* Two ends at one registry are one client, which asks for tokens once. A login is
 * for one registry: that of the destination, if there are two. */
static gboolean
open_registries (LsTransferEnd *source, LsTransferEnd *destination, GError **error)
{
  g_autoptr (LsHttp) http = ls_http_new ();
  g_autoptr (LsRegistrySettings) settings = ls_registry_settings_new ();
  g_autofree char *conf =
      g_build_filename (g_get_user_config_dir (), "longshore", "registries.conf", NULL);

  if (!ls_registry_settings_load (settings, conf, error))
    return FALSE;

  if (destination->path == NULL)
    destination->registry = open_registry (http, settings, destination->name, "LS_TRANSFER_LOGIN");
  if (source->path != NULL)
    return TRUE;

  if (destination->registry != NULL
      && g_str_equal (ls_reference_get_registry (source->name),
                      ls_reference_get_registry (destination->name)))
    source->registry = g_object_ref (destination->registry);
  else
    source->registry = open_registry (http, settings, source->name,
                                      destination->registry != NULL ? "LS_TRANSFER_SOURCE_LOGIN"
                                                                    : "LS_TRANSFER_LOGIN");

  return TRUE;
}

/**
 * ls_transfer_ends_open:
 * @source: where the image is
 * @destination: where it is to be
 * @error: return location for an error
 *
 * Opens the two ends of a transfer. A destination without a name takes that of the
 * source; a source without one, that of the destination or its only one.
 *
 * Errors: %LS_ERROR_NOT_FOUND, %LS_ERROR_STORE, and those of
 * ls_registry_settings_load().
 *
 * Returns: whether both are open
 */
gboolean
ls_transfer_ends_open (LsTransferEnd *source, LsTransferEnd *destination, GError **error)
{
  if (source->path != NULL && !open_existing_layout (source, error))
    return FALSE;
  if (source->name == NULL && !find_name (source, destination->name, error))
    return FALSE;
  if (destination->name == NULL)
    destination->name = ls_reference_ref (source->name);
  if (destination->path != NULL && !open_layout (destination, error))
    return FALSE;

  return (source->path != NULL && destination->path != NULL)
         || open_registries (source, destination, error);
}

/**
 * ls_transfer_end_make_source:
 * @end: an open end
 *
 * Returns: (transfer full): it, to be read
 */
LsImageSource *
ls_transfer_end_make_source (LsTransferEnd *end)
{
  if (end->store != NULL)
    return LS_IMAGE_SOURCE (ls_local_image_new (end->store, end->name));

  return LS_IMAGE_SOURCE (ls_registry_image_new (end->registry, end->name));
}

/**
 * ls_transfer_end_make_destination:
 * @end: an open end
 *
 * Returns: (transfer full): it, to be written
 */
LsImageDestination *
ls_transfer_end_make_destination (LsTransferEnd *end)
{
  if (end->store != NULL)
    return LS_IMAGE_DESTINATION (ls_local_image_new (end->store, end->name));

  return LS_IMAGE_DESTINATION (ls_registry_image_new (end->registry, end->name));
}

/**
 * ls_transfer_end_keep_ref_name:
 * @end: a destination that an image has come to
 * @error: return location for an error
 *
 * Lets the image have the name in the layout that was given, to the letter. The
 * store would write it in full, and other programs compare letters.
 *
 * Errors: those of ls_store_tag().
 *
 * Returns: whether that worked, or there was nothing to do
 */
gboolean
ls_transfer_end_keep_ref_name (LsTransferEnd *end, GError **error)
{
  g_autofree char *canonical = ls_reference_to_canonical (end->name);
  g_autoptr (LsDescriptor) found = NULL;
  g_autoptr (LsDescriptor) named = NULL;

  if (end->ref_name == NULL || g_str_equal (end->ref_name, canonical))
    return TRUE;

  found = ls_store_resolve (end->store, end->name, error);
  if (found == NULL)
    return FALSE;
  named = ls_descriptor_with_annotation (found, ANNOTATION_REF_NAME, end->ref_name);

  return ls_store_tag (end->store, end->name, named, NULL, error);
}
