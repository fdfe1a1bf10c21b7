/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-confidants.h"

#include "ls-error.h"
#include "ls-file-lock.h"
#include "ls-file.h"
#include "ls-origin.h"

/* More than anybody has accounts. */
#define MAX_ENTRIES 1024

#define KEY_REGISTRY "registry"
#define KEY_ACCOUNT "account"
#define KEY_ORIGIN "origin"

typedef struct
{
  char *registry;
  char *username;
  GUri *origin;
  gboolean is_saved; /* whether the file has said so, too */
} Entry;

struct _LsConfidants
{
  GMutex mutex;
  GHashTable *entries; /* the name of the group -> Entry */
  char *path;          /* where they are kept, or NULL */
};

static void
entry_free (Entry *entry)
{
  g_free (entry->registry);
  g_free (entry->username);
  g_uri_unref (entry->origin);
  g_free (entry);
}

/**
 * ls_confidants_new:
 *
 * Returns: (transfer full): a memory of nobody
 */
LsConfidants *
ls_confidants_new (void)
{
  LsConfidants *self = g_atomic_rc_box_new0 (LsConfidants);

  g_mutex_init (&self->mutex);
  self->entries =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) entry_free);

  return self;
}

/**
 * ls_confidants_ref:
 * @confidants: a memory
 *
 * Returns: (transfer full): the same memory
 */
LsConfidants *
ls_confidants_ref (LsConfidants *confidants)
{
  return g_atomic_rc_box_acquire (confidants);
}

static void
confidants_clear (gpointer data)
{
  LsConfidants *self = data;

  g_hash_table_unref (self->entries);
  g_free (self->path);
  g_mutex_clear (&self->mutex);
}

/**
 * ls_confidants_unref:
 * @confidants: (transfer full): a memory
 */
void
ls_confidants_unref (LsConfidants *confidants)
{
  g_atomic_rc_box_release_full (confidants, confidants_clear);
}

/* A user may be called as no group of a key file can be. */
static char *
make_group (const char *registry, const char *username)
{
  g_autofree char *text = g_strdup_printf ("%s\n%s", registry, username);

  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

static GUri *
dup_origin (GUri *uri)
{
  return g_uri_build (LS_URI_FLAGS, g_uri_get_scheme (uri), NULL, g_uri_get_host (uri),
                      g_uri_get_port (uri), "/", NULL, NULL);
}

/* Called with the lock held. */
static void
put (LsConfidants *self, const char *registry, const char *username, GUri *uri, gboolean is_saved)
{
  Entry *entry = g_new (Entry, 1);

  entry->registry = g_strdup (registry);
  entry->username = g_strdup (username);
  entry->origin = dup_origin (uri);
  entry->is_saved = is_saved;
  g_hash_table_replace (self->entries, make_group (registry, username), entry);
}

/* Called with the lock held. What cannot be written holds for this run all the same. */
static void
save (LsConfidants *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  GHashTableIter iter;
  gpointer group;
  gpointer value;
  char *text;
  gsize size;

  if (self->path == NULL)
    return;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, &group, &value))
    {
      Entry *entry = value;
      g_autofree char *origin = g_uri_to_string (entry->origin);

      g_key_file_set_string (file, group, KEY_REGISTRY, entry->registry);
      g_key_file_set_string (file, group, KEY_ACCOUNT, entry->username);
      g_key_file_set_string (file, group, KEY_ORIGIN, origin);
    }

  text = g_key_file_to_data (file, &size, NULL);
  bytes = g_bytes_new_take (text, size);
  if (!ls_file_replace (self->path, bytes, LS_FILE_PRIVATE, &error))
    {
      g_debug ("%s", error->message);
      return;
    }

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    ((Entry *) value)->is_saved = TRUE;
}

static gboolean
is_saved (gpointer group, gpointer entry, gpointer user_data)
{
  return ((Entry *) entry)->is_saved;
}

static void
read_entry (LsConfidants *self, GKeyFile *file, const char *group)
{
  g_autofree char *registry = g_key_file_get_string (file, group, KEY_REGISTRY, NULL);
  g_autofree char *username = g_key_file_get_string (file, group, KEY_ACCOUNT, NULL);
  g_autofree char *text = g_key_file_get_string (file, group, KEY_ORIGIN, NULL);
  g_autoptr (GUri) origin = text != NULL ? g_uri_parse (text, LS_URI_FLAGS, NULL) : NULL;

  g_autofree char *own_group = NULL;
  Entry *entry;

  if (registry == NULL || username == NULL || origin == NULL || !ls_uri_is_http_family (origin))
    return;

  own_group = make_group (registry, username);
  entry = g_hash_table_lookup (self->entries, own_group);
  if (entry == NULL || entry->is_saved)
    put (self, registry, username, origin, TRUE);
}

/* What the file says, and what could not be written to it: the rest somebody else has
 * forgotten. */
static gboolean
read_file (LsConfidants *self, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) local_error = NULL;
  g_auto (GStrv) groups = NULL;

  if (!g_key_file_load_from_file (file, self->path, G_KEY_FILE_NONE, &local_error))
    {
      if (g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return TRUE;
      g_set_error (error, LS_ERROR, LS_ERROR_SETTINGS, "%s: %s", self->path, local_error->message);
      return FALSE;
    }

  g_hash_table_foreach_remove (self->entries, is_saved, NULL);
  groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i] != NULL && i < MAX_ENTRIES; i++)
    read_entry (self, file, groups[i]);

  return TRUE;
}

/* Makes the file this process's until it is closed, and takes over what others have
 * learned and forgotten. Where there is no lock to be had, nothing is written: a file that
 * two write at the same moment might be none. */
static LsFileLock
lock_file (LsConfidants *self)
{
  g_autofree char *folder = NULL;
  g_autofree char *base = NULL;
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;
  LsFileLock lock;

  if (self->path == NULL)
    return -1;

  folder = g_path_get_dirname (self->path);
  base = g_path_get_basename (self->path);
  name = g_strconcat (base, ".lock", NULL);
  if (!ls_file_make_directory (folder, 0700, NULL))
    return -1;

  lock = ls_file_lock_acquire (folder, name, LS_FILE_LOCK_EXCLUSIVE, NULL, NULL);
  if (!read_file (self, &error))
    g_debug ("%s", error->message);

  return lock;
}

/**
 * ls_confidants_load:
 * @confidants: a memory
 * @path: the path of a file, which need not exist
 * @error: return location for an error
 *
 * Recalls what earlier runs have learned, and keeps there what is learned from now on.
 *
 * Returns: whether the file was read, or is not there yet; otherwise @error is of
 *   %LS_ERROR_SETTINGS, and each password goes to whoever asks for it first
 */
gboolean
ls_confidants_load (LsConfidants *confidants, const char *path, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&confidants->mutex);

  g_free (confidants->path);
  confidants->path = g_strdup (path);

  return read_file (confidants, error);
}

/**
 * ls_confidants_find:
 * @confidants: a memory
 * @registry: the name of a registry
 * @username: a user there
 *
 * Looks into the file again, if there is one: another process may know more by now. Where
 * it cannot be read, what is known holds.
 *
 * Returns: (transfer full) (nullable): the origin that has seen the password; %NULL if
 *   none has
 */
GUri *
ls_confidants_find (LsConfidants *confidants, const char *registry, const char *username)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&confidants->mutex);
  g_autofree char *group = make_group (registry, username);
  g_autoptr (GError) error = NULL;
  Entry *entry;

  if (confidants->path != NULL && !read_file (confidants, &error))
    g_debug ("%s", error->message);
  entry = g_hash_table_lookup (confidants->entries, group);

  return entry != NULL ? g_uri_ref (entry->origin) : NULL;
}

/**
 * ls_confidants_note:
 * @confidants: a memory
 * @registry: the name of a registry
 * @username: a user there
 * @uri: an address at the server that sees the password
 *
 * Remembers it, in place of a former one.
 */
void
ls_confidants_note (LsConfidants *confidants, const char *registry, const char *username, GUri *uri)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&confidants->mutex);
  g_autofree char *group = make_group (registry, username);
  Entry *entry = g_hash_table_lookup (confidants->entries, group);
  g_auto (LsFileLock) lock = -1;

  if (entry != NULL && ls_origin_equal (entry->origin, uri))
    return;

  lock = lock_file (confidants);
  if (g_hash_table_contains (confidants->entries, group)
      || g_hash_table_size (confidants->entries) < MAX_ENTRIES)
    {
      put (confidants, registry, username, uri, FALSE);
      if (lock >= 0)
        save (confidants);
    }
}

/**
 * ls_confidants_forget:
 * @confidants: a memory
 * @registry: the name of a registry
 * @username: a user there
 *
 * Forgets who has seen a password that is no longer kept.
 */
void
ls_confidants_forget (LsConfidants *confidants, const char *registry, const char *username)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&confidants->mutex);
  g_autofree char *group = make_group (registry, username);
  g_auto (LsFileLock) lock = lock_file (confidants);

  if (g_hash_table_remove (confidants->entries, group) && lock >= 0)
    save (confidants);
}
