/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-upload-log-file.h"

#include "ls-digest.h"
#include "ls-file.h"
#include "ls-origin.h"
#include "ls-reference.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GROUP "upload"
#define VERSION 1
#define MAX_SIZE (16 * 1024)
#define MAX_USERNAME 256

/* Registries forget uploads after a while, and nobody wants to know of older ones. */
#define LIFETIME (G_GINT64_CONSTANT (24) * 60 * 60)

static gint64
get_now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

/**
 * ls_upload_entry_new:
 * @key: whose upload of what
 * @location: its address
 *
 * Returns: (transfer full): an upload that somebody is at now
 */
LsUploadEntry *
ls_upload_entry_new (const LsUploadKey *key, GUri *location)
{
  LsUploadEntry *self = g_new0 (LsUploadEntry, 1);

  self->registry = g_strdup (key->registry);
  self->username = g_strdup (key->username);
  self->repository = g_strdup (key->repository);
  self->digest = g_strdup (key->digest);
  self->location = g_uri_ref (location);
  self->since = get_now ();
  self->is_busy = TRUE;

  return self;
}

/**
 * ls_upload_entry_free:
 * @entry: (transfer full): an upload
 */
void
ls_upload_entry_free (LsUploadEntry *entry)
{
  g_clear_pointer (&entry->location, g_uri_unref);
  g_free (entry->registry);
  g_free (entry->username);
  g_free (entry->repository);
  g_free (entry->digest);
  g_free (entry);
}

/**
 * ls_upload_entry_is_fresh:
 * @entry: an upload
 *
 * Returns: whether the registry may still know it
 */
gboolean
ls_upload_entry_is_fresh (const LsUploadEntry *entry)
{
  gint64 now = get_now ();

  return entry->since <= now && now - entry->since < LIFETIME;
}

/**
 * ls_upload_entry_name:
 * @key: whose upload of what
 *
 * Returns: (transfer full): the name of its file, which tells nothing
 */
char *
ls_upload_entry_name (const LsUploadKey *key)
{
  g_autofree char *text =
      g_strdup_printf ("%s\n%s%s\n%s\n%s", key->registry, key->username != NULL ? "as " : "",
                       key->username != NULL ? key->username : "", key->repository, key->digest);

  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

static GBytes *
to_bytes (const LsUploadEntry *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *location = g_uri_to_string (self->location);
  gsize length;
  char *text;

  g_key_file_set_integer (file, GROUP, "version", VERSION);
  g_key_file_set_string (file, GROUP, "registry", self->registry);
  if (self->username != NULL)
    g_key_file_set_string (file, GROUP, "account", self->username);
  g_key_file_set_string (file, GROUP, "repository", self->repository);
  g_key_file_set_string (file, GROUP, "digest", self->digest);
  g_key_file_set_string (file, GROUP, "location", location);
  g_key_file_set_int64 (file, GROUP, "since", self->since);
  text = g_key_file_to_data (file, &length, NULL);

  return g_bytes_new_take (text, length);
}

/**
 * ls_upload_entry_write:
 * @entry: an upload
 * @path: the path of its file
 * @error: return location for an error
 *
 * Puts @entry into the place of what the file said before. Does not wait for the disk.
 *
 * Errors: those of ls_file_replace().
 *
 * Returns: whether it is written
 */
gboolean
ls_upload_entry_write (const LsUploadEntry *entry, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = to_bytes (entry);

  return ls_file_replace (path, bytes, LS_FILE_PRIVATE | LS_FILE_QUICK, error);
}

/* What others may have read or written is not believed. */
static char *
read_private (const char *path)
{
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0);
  g_autofree char *text = NULL;
  gboolean ok = FALSE;
  struct stat info;

  if (fd < 0)
    return NULL;

  if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode) && info.st_uid == geteuid ()
      && (info.st_mode & 077) == 0 && info.st_size > 0 && info.st_size <= MAX_SIZE)
    {
      text = g_malloc0 ((gsize) info.st_size + 1);
      ok = read (fd, text, (gsize) info.st_size) == info.st_size;
    }
  close (fd);

  return ok ? g_steal_pointer (&text) : NULL;
}

static gboolean
is_username (const char *text)
{
  if (text == NULL || *text == '\0' || strlen (text) > MAX_USERNAME)
    return FALSE;
  for (const char *c = text; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      return FALSE;

  return TRUE;
}

static gboolean
is_plausible (const LsUploadEntry *self)
{
  g_autoptr (LsDigest) digest = self->digest != NULL ? ls_digest_parse (self->digest, NULL) : NULL;
  g_autoptr (LsReference) name = NULL;

  if (digest == NULL || self->registry == NULL || self->repository == NULL
      || !ls_registry_name_is_valid (self->registry))
    return FALSE;

  name = ls_reference_new (self->registry, self->repository, NULL, digest, NULL);

  return name != NULL && self->location != NULL && ls_uri_is_http_family (self->location)
         && ls_upload_entry_is_fresh (self);
}

/**
 * ls_upload_entry_read:
 * @path: the path of a file
 * @name: how a file of its content is called
 *
 * Reads what an earlier run of the program has written. It may be anything.
 *
 * Returns: (transfer full) (nullable): an upload that nobody is at; %NULL where there is
 *   none of use
 */
LsUploadEntry *
ls_upload_entry_read (const char *path, const char *name)
{
  g_autoptr (LsUploadEntry) self = g_new0 (LsUploadEntry, 1);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *text = read_private (path);
  g_autofree char *location = NULL;
  g_autofree char *right_name = NULL;

  if (text == NULL || !g_key_file_load_from_data (file, text, (gsize) -1, G_KEY_FILE_NONE, NULL)
      || g_key_file_get_integer (file, GROUP, "version", NULL) != VERSION)
    return NULL;

  self->registry = g_key_file_get_string (file, GROUP, "registry", NULL);
  self->username = g_key_file_get_string (file, GROUP, "account", NULL);
  self->repository = g_key_file_get_string (file, GROUP, "repository", NULL);
  self->digest = g_key_file_get_string (file, GROUP, "digest", NULL);
  self->since = g_key_file_get_int64 (file, GROUP, "since", NULL);
  location = g_key_file_get_string (file, GROUP, "location", NULL);
  if (location != NULL)
    self->location = g_uri_parse (location, LS_URI_FLAGS, NULL);
  if ((self->username != NULL && !is_username (self->username)) || !is_plausible (self))
    return NULL;

  right_name = ls_upload_entry_name (
      &(LsUploadKey){ self->registry, self->username, self->repository, self->digest });

  return g_str_equal (name, right_name) ? g_steal_pointer (&self) : NULL;
}
