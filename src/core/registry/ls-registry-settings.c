/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-registry-settings.h"

#include "ls-error.h"
#include "ls-reference.h"

#include <string.h>

#define HUB_REGISTRY_URL "https://registry-1.docker.io"
#define HUB_API_URL "https://hub.docker.com"
#define HUB_INDEX_URL "https://index.docker.io"

struct _LsRegistrySettings
{
  GObject parent_instance;

  LsUploadMemory *upload_memory;
  LsUploadLog *upload_log;
  LsConfidants *confidants;

  GMutex mutex;
  GHashTable *endpoints; /* registry name -> LsEndpoint */
  GPtrArray *names;      /* in the order of the file */
  LsEndpoint *hub_api;
  LsEndpoint *hub_index;
};

G_DEFINE_FINAL_TYPE (LsRegistrySettings, ls_registry_settings, G_TYPE_OBJECT)

/* What one load of the file brings, before it takes the place of the former. */
typedef struct
{
  GKeyFile *file;
  char *directory;
  GHashTable *endpoints;
  GPtrArray *names;
  LsEndpoint *hub_api;
  LsEndpoint *hub_index;
} Loading;

static void
loading_clear (Loading *loading)
{
  g_clear_pointer (&loading->file, g_key_file_unref);
  g_clear_pointer (&loading->directory, g_free);
  g_clear_pointer (&loading->endpoints, g_hash_table_unref);
  g_clear_pointer (&loading->names, g_ptr_array_unref);
  g_clear_pointer (&loading->hub_api, ls_endpoint_unref);
  g_clear_pointer (&loading->hub_index, ls_endpoint_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Loading, loading_clear)

/* Wherever a service answers, people know it by its name. */
static LsEndpoint *
new_endpoint (const char *name, const char *url, LsEndpointFlags flags, GTlsDatabase *authority,
              GError **error)
{
  g_autoptr (LsEndpoint) endpoint = ls_endpoint_new (url, flags, authority, error);

  return endpoint != NULL ? ls_endpoint_named (endpoint, name) : NULL;
}

static LsEndpoint *
default_endpoint (const char *registry, LsEndpointFlags flags, GTlsDatabase *authority,
                  GError **error)
{
  g_autofree char *url = NULL;

  if (g_str_equal (registry, LS_DOCKER_HUB))
    return new_endpoint (registry, HUB_REGISTRY_URL, flags, authority, error);

  url = g_strconcat ("https://", registry, NULL);

  return new_endpoint (registry, url, flags | LS_ENDPOINT_ANY_SCHEME, authority, error);
}

static void
prefix_error (GError **error, const char *group, const char *key)
{
  /* One code whatever the cause: the file is what has to be mended. */
  g_autofree char *message = g_strdup_printf ("[%s] %s: %s", group, key, (*error)->message);

  g_clear_error (error);
  g_set_error_literal (error, LS_ERROR, LS_ERROR_SETTINGS, message);
}

/* Reads one string; absent is fine, empty is not. */
static gboolean
read_string (Loading *loading, const char *group, const char *key, char **value, GError **error)
{
  *value = NULL;
  if (!g_key_file_has_key (loading->file, group, key, NULL))
    return TRUE;

  *value = g_key_file_get_string (loading->file, group, key, error);
  if (*value != NULL && *g_strstrip (*value) == '\0')
    {
      g_clear_pointer (value, g_free);
      g_set_error_literal (error, LS_ERROR, LS_ERROR_SETTINGS, "there is no value");
    }
  if (*value == NULL)
    prefix_error (error, group, key);

  return *value != NULL;
}

static gboolean
read_flags (Loading *loading, const char *group, LsEndpointFlags *flags, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  *flags = LS_ENDPOINT_NONE;
  if (!g_key_file_has_key (loading->file, group, "insecure", NULL))
    return TRUE;

  if (g_key_file_get_boolean (loading->file, group, "insecure", &local_error))
    *flags = LS_ENDPOINT_INSECURE;

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      prefix_error (error, group, "insecure");
      return FALSE;
    }

  return TRUE;
}

static gboolean
read_authority (Loading *loading, const char *group, GTlsDatabase **authority, GError **error)
{
  g_autofree char *value = NULL;
  g_autofree char *path = NULL;

  *authority = NULL;
  if (!read_string (loading, group, "ca", &value, error))
    return FALSE;
  if (value == NULL)
    return TRUE;

  if (g_str_has_prefix (value, "~/"))
    path = g_build_filename (g_get_home_dir (), value + 2, NULL);
  else
    path = g_canonicalize_filename (value, loading->directory);

  *authority = g_tls_file_database_new (path, error);
  if (*authority == NULL)
    prefix_error (error, group, "ca");

  return *authority != NULL;
}

static gboolean
read_endpoint (Loading *loading, const char *group, const char *registry, const char *key,
               LsEndpointFlags flags, GTlsDatabase *authority, LsEndpoint **endpoint,
               GError **error)
{
  g_autofree char *url = NULL;

  *endpoint = NULL;
  if (!read_string (loading, group, key, &url, error))
    return FALSE;
  if (url == NULL)
    return TRUE;

  *endpoint = new_endpoint (registry, url, flags, authority, error);
  if (*endpoint == NULL)
    prefix_error (error, group, key);

  return *endpoint != NULL;
}

/* A key that is misspelt would otherwise leave the user with less (or more)
 * protection than meant. */
static gboolean
check_keys (Loading *loading, const char *group, gboolean is_hub, GError **error)
{
  static const char *const known[] = { "location", "insecure", "ca", NULL };
  static const char *const known_for_hub[] = { "api", "search", NULL };
  g_auto (GStrv) keys = g_key_file_get_keys (loading->file, group, NULL, NULL);

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      if (g_strv_contains (known, keys[i]) || (is_hub && g_strv_contains (known_for_hub, keys[i])))
        continue;

      g_set_error (error, LS_ERROR, LS_ERROR_SETTINGS, "[%s] %s: there is no such key here", group,
                   keys[i]);
      return FALSE;
    }

  return TRUE;
}

static gboolean
read_group (Loading *loading, const char *group, GError **error)
{
  g_autofree char *registry = NULL;
  g_autoptr (GTlsDatabase) authority = NULL;
  g_autoptr (LsEndpoint) endpoint = NULL;
  LsEndpointFlags flags;
  gboolean is_hub;

  registry = ls_registry_name_normalize (group, NULL);
  if (registry == NULL)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_SETTINGS, "[%s]: this is no name of a registry",
                   group);
      return FALSE;
    }
  if (g_hash_table_contains (loading->endpoints, registry))
    {
      g_set_error (error, LS_ERROR, LS_ERROR_SETTINGS, "[%s]: there are two groups for this",
                   group);
      return FALSE;
    }

  is_hub = g_str_equal (registry, LS_DOCKER_HUB);
  if (!check_keys (loading, group, is_hub, error) || !read_flags (loading, group, &flags, error)
      || !read_authority (loading, group, &authority, error)
      || !read_endpoint (loading, group, registry, "location", flags, authority, &endpoint, error))
    return FALSE;

  if (is_hub
      && (!read_endpoint (loading, group, registry, "api", flags, authority, &loading->hub_api,
                          error)
          || !read_endpoint (loading, group, registry, "search", flags, authority,
                             &loading->hub_index, error)))
    return FALSE;

  if (endpoint == NULL)
    {
      endpoint = default_endpoint (registry, flags, authority, error);
      if (endpoint == NULL)
        {
          prefix_error (error, group, "location");
          return FALSE;
        }
    }

  g_ptr_array_add (loading->names, g_strdup (registry));
  g_hash_table_insert (loading->endpoints, g_steal_pointer (&registry),
                       g_steal_pointer (&endpoint));

  return TRUE;
}

static void
loading_init (Loading *loading)
{
  loading->file = g_key_file_new ();
  loading->endpoints =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) ls_endpoint_unref);
  loading->names = g_ptr_array_new_with_free_func (g_free);
}

/* Puts what was read in the place of what was there. */
static void
take_loading (LsRegistrySettings *self, Loading *loading)
{
  if (loading->hub_api == NULL)
    loading->hub_api = new_endpoint (LS_DOCKER_HUB, HUB_API_URL, LS_ENDPOINT_NONE, NULL, NULL);
  if (loading->hub_index == NULL)
    loading->hub_index = new_endpoint (LS_DOCKER_HUB, HUB_INDEX_URL, LS_ENDPOINT_NONE, NULL, NULL);

  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->endpoints, g_hash_table_unref);
  self->endpoints = g_steal_pointer (&loading->endpoints);
  g_clear_pointer (&self->names, g_ptr_array_unref);
  self->names = g_steal_pointer (&loading->names);
  g_clear_pointer (&self->hub_api, ls_endpoint_unref);
  self->hub_api = g_steal_pointer (&loading->hub_api);
  g_clear_pointer (&self->hub_index, ls_endpoint_unref);
  self->hub_index = g_steal_pointer (&loading->hub_index);
  g_mutex_unlock (&self->mutex);
}

static void
ls_registry_settings_finalize (GObject *object)
{
  LsRegistrySettings *self = LS_REGISTRY_SETTINGS (object);

  g_hash_table_unref (self->endpoints);
  g_ptr_array_unref (self->names);
  ls_endpoint_unref (self->hub_api);
  ls_endpoint_unref (self->hub_index);
  ls_upload_memory_unref (self->upload_memory);
  ls_upload_log_unref (self->upload_log);
  ls_confidants_unref (self->confidants);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (ls_registry_settings_parent_class)->finalize (object);
}

static void
ls_registry_settings_class_init (LsRegistrySettingsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ls_registry_settings_finalize;
}

static void
ls_registry_settings_init (LsRegistrySettings *self)
{
  g_auto (Loading) defaults = { 0 };

  g_mutex_init (&self->mutex);
  self->upload_memory = ls_upload_memory_new ();
  self->upload_log = ls_upload_log_new ();
  self->confidants = ls_confidants_new ();
  loading_init (&defaults);
  take_loading (self, &defaults);
}

/**
 * ls_registry_settings_new:
 *
 * Returns: (transfer full): the settings that hold without a file
 */
LsRegistrySettings *
ls_registry_settings_new (void)
{
  return g_object_new (LS_TYPE_REGISTRY_SETTINGS, NULL);
}

/* The file and its name may hold anything; the message is for people. */
static void
refuse_file (const char *path, const char *reason, GError **error)
{
  g_autofree char *message = g_strdup_printf ("%s: %s", path, reason);
  g_autofree char *valid = g_utf8_make_valid (message, -1);

  g_set_error_literal (error, LS_ERROR, LS_ERROR_SETTINGS, valid);
}

/**
 * ls_registry_settings_load:
 * @self: the settings
 * @path: the path of registries.conf
 * @error: return location for an error
 *
 * Puts what the file says in the place of the former settings. A file that is
 * not there is the same as an empty one; with one that cannot be understood the
 * former settings stay and %LS_ERROR_SETTINGS names the group and the key.
 *
 * Returns: whether the settings hold
 */
gboolean
ls_registry_settings_load (LsRegistrySettings *self, const char *path, GError **error)
{
  g_auto (Loading) loading = { 0 };
  g_auto (GStrv) groups = NULL;
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (LS_IS_REGISTRY_SETTINGS (self), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  loading_init (&loading);
  loading.directory = g_path_get_dirname (path);

  if (!g_key_file_load_from_file (loading.file, path, G_KEY_FILE_NONE, &local_error)
      && !g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      refuse_file (path, local_error->message, error);
      return FALSE;
    }

  groups = g_key_file_get_groups (loading.file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    {
      if (!read_group (&loading, groups[i], &local_error))
        {
          refuse_file (path, local_error->message, error);
          return FALSE;
        }
    }

  take_loading (self, &loading);

  return TRUE;
}

/**
 * ls_registry_settings_get_endpoint:
 * @self: the settings
 * @registry: the name of a registry, as in references
 *
 * Returns: (transfer full): where the registry answers
 */
LsEndpoint *
ls_registry_settings_get_endpoint (LsRegistrySettings *self, const char *registry)
{
  LsEndpoint *endpoint;

  g_return_val_if_fail (LS_IS_REGISTRY_SETTINGS (self), NULL);
  g_return_val_if_fail (registry != NULL, NULL);

  g_mutex_lock (&self->mutex);
  endpoint = g_hash_table_lookup (self->endpoints, registry);
  if (endpoint != NULL)
    ls_endpoint_ref (endpoint);
  g_mutex_unlock (&self->mutex);

  return endpoint != NULL ? endpoint : default_endpoint (registry, LS_ENDPOINT_NONE, NULL, NULL);
}

static LsEndpoint *
get_hub_endpoint (LsRegistrySettings *self, LsEndpoint **field)
{
  LsEndpoint *endpoint;

  g_mutex_lock (&self->mutex);
  endpoint = ls_endpoint_ref (*field);
  g_mutex_unlock (&self->mutex);

  return endpoint;
}

/**
 * ls_registry_settings_get_hub_api:
 * @self: the settings
 *
 * Returns: (transfer full): where Docker Hub's web API answers
 */
LsEndpoint *
ls_registry_settings_get_hub_api (LsRegistrySettings *self)
{
  g_return_val_if_fail (LS_IS_REGISTRY_SETTINGS (self), NULL);

  return get_hub_endpoint (self, &self->hub_api);
}

/**
 * ls_registry_settings_get_hub_index:
 * @self: the settings
 *
 * Returns: (transfer full): where Docker Hub's older index answers
 */
LsEndpoint *
ls_registry_settings_get_hub_index (LsRegistrySettings *self)
{
  g_return_val_if_fail (LS_IS_REGISTRY_SETTINGS (self), NULL);

  return get_hub_endpoint (self, &self->hub_index);
}

/**
 * ls_registry_settings_is_insecure:
 * @self: the settings
 * @registry: the name of a registry
 *
 * Returns: whether the user allows plain http and unverified TLS with it
 */
gboolean
ls_registry_settings_is_insecure (LsRegistrySettings *self, const char *registry)
{
  g_autoptr (LsEndpoint) endpoint = ls_registry_settings_get_endpoint (self, registry);

  return endpoint != NULL && ls_endpoint_is_insecure (endpoint);
}

/**
 * ls_registry_settings_get_upload_memory:
 * @self: the settings
 *
 * Returns: (transfer none): how each registry takes blobs, as far as it is known;
 *   safe to use from any thread
 */
LsUploadMemory *
ls_registry_settings_get_upload_memory (LsRegistrySettings *self)
{
  g_return_val_if_fail (LS_IS_REGISTRY_SETTINGS (self), NULL);

  return self->upload_memory;
}

/**
 * ls_registry_settings_get_upload_log:
 * @self: the settings
 *
 * Returns: (transfer none): the uploads that outlive the program, when it is open; safe
 *   to use from any thread
 */
LsUploadLog *
ls_registry_settings_get_upload_log (LsRegistrySettings *self)
{
  g_return_val_if_fail (LS_IS_REGISTRY_SETTINGS (self), NULL);

  return self->upload_log;
}

/**
 * ls_registry_settings_get_confidants:
 * @self: the settings
 *
 * Returns: (transfer none): who has seen which password, over all runs when it is
 *   loaded; safe to use from any thread
 */
LsConfidants *
ls_registry_settings_get_confidants (LsRegistrySettings *self)
{
  g_return_val_if_fail (LS_IS_REGISTRY_SETTINGS (self), NULL);

  return self->confidants;
}

/**
 * ls_registry_settings_list:
 * @self: the settings
 *
 * Returns: (transfer full): the registries that the file names, in its order
 */
GStrv
ls_registry_settings_list (LsRegistrySettings *self)
{
  GPtrArray *names;

  g_return_val_if_fail (LS_IS_REGISTRY_SETTINGS (self), NULL);

  names = g_ptr_array_new ();
  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->names->len; i++)
    g_ptr_array_add (names, g_strdup (g_ptr_array_index (self->names, i)));
  g_mutex_unlock (&self->mutex);
  g_ptr_array_add (names, NULL);

  return (GStrv) g_ptr_array_free (names, FALSE);
}
