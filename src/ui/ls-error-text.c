/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error-text.h"

#include "config.h"
#include "ls-format.h"
#include "ls-reference.h"
#include "ls-safe-text.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#define MAX_SUBJECT_CHARS 120

/* The sentence about @subject, or the one that needs none when nobody knows it.
 * The two are whole sentences each: a language may need to say them differently. */
static char *G_GNUC_PRINTF (3, 4)
    about (const char *subject, const char *without, const char *with, ...)
{
  va_list args;
  char *text;

  if (subject[0] == '\0')
    return g_strdup (without);

  va_start (args, with);
  text = g_strdup_vprintf (with, args);
  va_end (args);

  return text;
}

static gboolean
is_docker_hub (const GError *error)
{
  static const char *const hosts[] = { "docker.io",
                                       "index.docker.io",
                                       "registry-1.docker.io",
                                       "auth.docker.io",
                                       "hub.docker.com",
                                       "production.cloudflare.docker.com",
                                       NULL };
  const char *subject = ls_error_get_subject (error);

  return subject != NULL && g_strv_contains (hosts, subject);
}

/* Docker Hub answers under many names; people know it by one, and its images by the
 * short form of theirs. */
static char *
readable_subject (const GError *error)
{
  const char *subject = ls_error_get_subject (error);
  g_autoptr (LsReference) image = NULL;
  g_autofree char *name = NULL;

  if (is_docker_hub (error))
    return g_strdup (_ ("Docker Hub"));

  if (subject != NULL && g_str_has_prefix (subject, LS_DOCKER_HUB "/"))
    image = ls_reference_parse (subject, NULL);
  if (image != NULL)
    name = ls_reference_to_string (image);

  return ls_safe_text (name != NULL ? name : subject, MAX_SUBJECT_CHARS);
}

/* Who sets the limit: a registry, also where the error is about one of its images. */
static char *
limiting_registry (const GError *error)
{
  const char *subject = ls_error_get_subject (error);
  g_autoptr (LsReference) image = NULL;

  if (subject == NULL || is_docker_hub (error) || ls_registry_name_is_valid (subject))
    return readable_subject (error);

  image = ls_reference_parse (subject, NULL);
  if (image == NULL)
    return g_strdup ("");

  return ls_reference_is_docker_hub (image) ? g_strdup (_ ("Docker Hub"))
                                            : g_strdup (ls_reference_get_registry (image));
}

/* Where the user finds the file that some sentences send him to. */
static char *
settings_path (void)
{
  g_autofree char *path =
      g_build_filename (g_get_user_config_dir (), "longshore", "registries.conf", NULL);
  const char *home = g_get_home_dir ();
  gsize length = strlen (home);
  g_autofree char *shown = NULL;

  if (length > 1 && g_str_has_prefix (path, home) && path[length] == G_DIR_SEPARATOR)
    shown = g_strconcat ("~", path + length, NULL);

  return ls_safe_text (shown != NULL ? shown : path, MAX_SUBJECT_CHARS);
}

/* "sha256:1234…" as people compare digests: the first twelve digits. */
static char *
short_digest (const char *digest)
{
  const char *hex = strchr (digest, ':');

  return hex != NULL ? g_strndup (hex + 1, 12) : g_strdup (digest);
}

static char *
unauthorized_text (const GError *error, const char *subject, LsActivity activity)
{
  if (activity == LS_ACTIVITY_SIGN_IN && is_docker_hub (error))
    return g_strdup (_ ("Docker Hub does not accept this user name and password. Check both; with "
                        "two-factor authentication it wants an access token in place of the "
                        "password."));

  if (activity == LS_ACTIVITY_SIGN_IN)
    return about (subject,
                  _ ("The user name or the password is wrong. Check both; many registries want an "
                     "access token in place of the password."),
                  /* Translators: %s is the name of a registry. */
                  _ ("“%s” does not accept this user name and password. Check both; many "
                     "registries want an access token in place of the password."),
                  subject);

  if (activity == LS_ACTIVITY_PUSH)
    return about (subject, _ ("Pushing needs an account at the registry. Sign in and try again."),
                  /* Translators: %s is the name of a registry or an image. */
                  _ ("Pushing to “%s” needs an account there. Sign in and try again."), subject);

  return about (subject, _ ("The registry wants you to sign in. Sign in and try again."),
                /* Translators: %s is the name of a registry or an image. */
                _ ("“%s” is only for those who sign in. Sign in and try again."), subject);
}

static char *
forbidden_text (const char *subject, LsActivity activity)
{
  switch (activity)
    {
    case LS_ACTIVITY_SIGN_IN:
      return about (subject,
                    _ ("The registry knows this account but gives it no access. Ask its "
                       "administrator, or use another account."),
                    /* Translators: %s is the name of a registry. */
                    _ ("“%s” knows this account but gives it no access. Ask its administrator, or "
                       "use another account."),
                    subject);
    case LS_ACTIVITY_PUSH:
      return about (subject,
                    _ ("You may not push under this name. Tag the image with a name that begins "
                       "with your user name or organization, or use an access token that may "
                       "write."),
                    /* Translators: %s is the name of a registry or an image. */
                    _ ("You may not push to “%s”. Tag the image with a name that begins with your "
                       "user name or organization, or use an access token that may write."),
                    subject);
    default:
      return about (subject,
                    _ ("You have no access to this. Check the name, or sign in with an account "
                       "that may read it."),
                    /* Translators: %s is the name of a registry or an image. */
                    _ ("You have no access to “%s”. Check the name, or sign in with an account "
                       "that may read it."),
                    subject);
    }
}

static char *
rate_limited_text (const GError *error, LsActivity activity)
{
  gint64 retry_at = ls_error_get_retry_at (error);
  g_autofree char *registry = NULL;
  g_autofree char *when = retry_at > 0 ? ls_format_clock_time (retry_at, NULL) : NULL;

  if (activity == LS_ACTIVITY_SIGN_IN)
    return when != NULL
               /* Translators: %s is a time of day such as "14:05". */
               ? g_strdup_printf (_ ("There were too many attempts to sign in. Try again after "
                                     "%s."),
                                  when)
               : g_strdup (_ ("There were too many attempts to sign in. Try again in about ten "
                              "minutes."));

  /* Searching does not use an account. */
  if (activity == LS_ACTIVITY_SEARCH)
    return when != NULL
               /* Translators: %s is a time of day such as "14:05". */
               ? g_strdup_printf (_ ("Docker Hub allows no more searches for now. Try again after "
                                     "%s, or pull an image by its name."),
                                  when)
               : g_strdup (_ ("Docker Hub allows no more searches for now. Try again in a few "
                              "minutes, or pull an image by its name."));

  registry = limiting_registry (error);
  if (when != NULL && registry[0] == '\0')
    /* Translators: %s is a time of day such as "14:05". */
    return g_strdup_printf (_ ("The registry allows no more requests for now. Try again after %s, "
                               "or sign in: accounts have a higher limit."),
                            when);
  if (when != NULL)
    /* Translators: the first %s is the name of a registry, the second is a time of
     * day such as "14:05". */
    return g_strdup_printf (_ ("“%1$s” allows no more requests for now. Try again after %2$s, or "
                               "sign in: accounts have a higher limit."),
                            registry, when);

  return about (registry,
                _ ("The registry allows no more requests for now. Try again later, or sign in: "
                   "accounts have a higher limit."),
                /* Translators: %s is the name of a registry. */
                _ ("“%s” allows no more requests for now. Try again later, or sign in: accounts "
                   "have a higher limit."),
                registry);
}

static char *
client_refused_text (const char *subject, LsActivity activity)
{
  if (activity == LS_ACTIVITY_SEARCH)
    return g_strdup (_ ("Docker Hub refuses to search for this program right now. Try again later, "
                        "or pull an image by its name: that still works."));

  if (activity == LS_ACTIVITY_SIGN_IN)
    return about (subject,
                  _ ("The registry refuses connections from this program or network right now, so "
                     "the password could not be checked. Try again later."),
                  /* Translators: %s is the name of a registry. */
                  _ ("“%s” refuses connections from this program or network right now, so the "
                     "password could not be checked. Try again later."),
                  subject);

  return about (subject,
                _ ("The registry refuses connections from this program or network right now. Try "
                   "again later, or from another network."),
                /* Translators: %s is the name of a registry or an image. */
                _ ("“%s” refuses connections from this program or network right now. Try again "
                   "later, or from another network."),
                subject);
}

static char *
unsupported_text (const char *subject, LsActivity activity)
{
  if (activity == LS_ACTIVITY_SIGN_IN)
    return about (subject, _ ("The registry asks nobody to sign in: use it without an account."),
                  /* Translators: %s is the name of a registry. */
                  _ ("“%s” asks nobody to sign in: use it without an account."), subject);

  return about (subject,
                _ ("This is in a format that Longshore does not read. Look for another tag or "
                   "image."),
                /* Translators: %s is the name of an image. */
                _ ("“%s” is in a format that Longshore does not read. Look for another tag or "
                   "image."),
                subject);
}

static char *
no_platform_text (const char *platforms)
{
  return about (platforms,
                _ ("This image is not made for computers like this one. Look for another tag or "
                   "image."),
                /* Translators: %s is a list of platforms, such as "linux/arm64, linux/s390x". */
                _ ("This image is not made for computers like this one, only for: %s. Look for "
                   "another tag or image."),
                platforms);
}

static char *
no_space_text (const GError *error)
{
  guint64 bytes = ls_error_get_bytes_needed (error);
  g_autofree char *size = bytes > 0 ? ls_format_size (bytes) : NULL;

  if (size != NULL)
    /* Translators: %s is a size such as "120 MB". */
    return g_strdup_printf (_ ("The disk is full: %s more is needed. Free some space and try "
                               "again; what was verified is kept."),
                            size);

  return g_strdup (_ ("The disk is full. Free some space and try again; what was verified is "
                      "kept."));
}

static char *
keyring_text (const GError *error, LsActivity activity)
{
  gboolean locked = error->code == LS_ERROR_KEYRING_LOCKED;

  if (activity == LS_ACTIVITY_SIGN_IN)
    return locked ? g_strdup (_ ("The user name and password are right, but the keyring is locked, "
                                 "so they could not be stored. Try again and unlock it, or stay "
                                 "signed in for this session only."))
                  : g_strdup (_ ("The user name and password are right, but no keyring is there "
                                 "to store them. Start one, such as GNOME Keyring or KWallet, and "
                                 "try again, or stay signed in for this session only."));

  return locked ? g_strdup (_ ("The keyring is locked. Unlock it to use the accounts it holds."))
                : g_strdup (_ ("The keyring does not answer, so stored accounts cannot be used. "
                               "Start one, such as GNOME Keyring or KWallet, and try again."));
}

/* What the server or the network did: the sentences that name a host. */
static char *
connection_text (const GError *error, const char *subject, LsActivity activity)
{
  g_autofree char *path = NULL;

  switch ((LsError) error->code)
    {
    case LS_ERROR_OFFLINE:
      return about (subject,
                    _ ("The server cannot be reached. Check the network connection and the "
                       "address, then try again."),
                    /* Translators: %s is the name of a server. */
                    _ ("“%s” cannot be reached. Check the network connection and the address, "
                       "then try again."),
                    subject);
    case LS_ERROR_TIMED_OUT:
      return about (subject,
                    _ ("The server stopped answering. Check the network connection and try "
                       "again."),
                    /* Translators: %s is the name of a server. */
                    _ ("“%s” stopped answering. Check the network connection and try again."),
                    subject);
    case LS_ERROR_TLS:
      path = settings_path ();
      if (subject[0] == '\0')
        /* Translators: %s is a file. */
        return g_strdup_printf (
            _ ("The certificate of the server is not trusted. If it comes from "
               "a private authority, give that authority’s file as “ca” in %s."),
            path);
      /* Translators: the first %s is the name of a server, the second is a file. */
      return g_strdup_printf (_ ("The certificate of “%1$s” is not trusted. If it comes from a "
                                 "private authority, give that authority’s file as “ca” in %2$s."),
                              subject, path);
    case LS_ERROR_INSECURE:
      path = settings_path ();
      if (subject[0] == '\0')
        /* Translators: %s is a file. */
        return g_strdup_printf (_ ("No safe connection is possible, so nothing was sent. If you "
                                   "trust the server and the network, set “insecure=true” for this "
                                   "registry in %s."),
                                path);
      /* Translators: the first %s is the name of a server, the second is a file. */
      return g_strdup_printf (
          _ ("No safe connection to “%1$s” is possible, so nothing was sent. If "
             "you trust the server and the network, set “insecure=true” for it "
             "in %2$s."),
          subject, path);
    case LS_ERROR_LED_ASTRAY:
      return about (subject,
                    _ ("The server refers to another server in a way that is not safe, so nothing "
                       "was sent there. Ask whoever runs it."),
                    /* Translators: %s is the name of a server. */
                    _ ("“%s” refers to another server in a way that is not safe, so nothing was "
                       "sent there. Ask whoever runs it."),
                    subject);
    case LS_ERROR_CONFIDANT_CHANGED:
      return about (subject,
                    _ ("The server has passwords checked by another server than before, so yours "
                       "was not sent there. If that is meant to be so, sign in again."),
                    /* Translators: %s is the name of a server. */
                    _ ("“%s” has passwords checked by another server than before, so yours was "
                       "not sent there. If that is meant to be so, sign in again."),
                    subject);
    case LS_ERROR_NOT_A_REGISTRY:
      return about (subject,
                    _ ("The server answers, but it is not a container registry. Check the address "
                       "and the port."),
                    /* Translators: %s is the name of a server. */
                    _ ("“%s” answers, but it is not a container registry. Check the address and "
                       "the port."),
                    subject);
    case LS_ERROR_CLIENT_REFUSED:
      return client_refused_text (subject, activity);
    case LS_ERROR_SERVER:
      return about (subject, _ ("The server has a problem of its own. Try again in a few minutes."),
                    /* Translators: %s is the name of a server. */
                    _ ("“%s” has a problem of its own. Try again in a few minutes."), subject);
    default:
      return about (subject,
                    _ ("The server gave an answer that makes no sense. Try again; if it stays so, "
                       "tell its administrator."),
                    /* Translators: %s is the name of a server or an image. */
                    _ ("“%s” gave an answer that makes no sense. Try again; if it stays so, tell "
                       "its administrator."),
                    subject);
    }
}

/* What is wrong with an image or with this computer. */
static char *
image_text (const GError *error, const char *subject)
{
  g_autofree char *digest = NULL;

  switch ((LsError) error->code)
    {
    case LS_ERROR_INVALID_NAME:
      return about (subject,
                    _ ("This name is not valid. A name looks like “ubuntu:24.04” or "
                       "“example.com/team/app:1.0”."),
                    /* Translators: %s is what was typed. */
                    _ ("“%s” is not a valid name. A name looks like “ubuntu:24.04” or "
                       "“example.com/team/app:1.0”."),
                    subject);
    case LS_ERROR_NOT_FOUND:
      return about (subject,
                    _ ("This was not found, or you have no access to it. Check the name and the "
                       "tag; what is private needs a sign-in."),
                    /* Translators: %s is the name of an image. */
                    _ ("“%s” was not found, or you have no access to it. Check the name and the "
                       "tag; what is private needs a sign-in."),
                    subject);
    case LS_ERROR_PARTLY_HELD:
      return about (subject,
                    _ ("Only a part of this image is on this computer. Pull all of its platforms "
                       "first, or push those that are here."),
                    /* Translators: %s is the name of an image. */
                    _ ("Only a part of “%s” is on this computer. Pull all of its platforms first, "
                       "or push those that are here."),
                    subject);
    case LS_ERROR_TOO_LARGE:
      return about (subject,
                    _ ("The answer was larger than Longshore accepts, so it was refused. It may "
                       "be damaged: tell its publisher."),
                    /* Translators: %s is the name of an image or a server. */
                    _ ("“%s” is larger than Longshore or the registry accepts, so it was refused. "
                       "It may be damaged: tell its publisher."),
                    subject);
    case LS_ERROR_DIGEST_MISMATCH:
      digest = short_digest (subject);
      return about (subject,
                    _ ("A part of the image is not what its digest promises, so it was thrown "
                       "away. Try again; if it stays so, do not use this image."),
                    /* Translators: %s is the first part of a digest, such as "4e5021d210f6". */
                    _ ("The part %s of the image is not what its digest promises, so it was "
                       "thrown away. Try again; if it stays so, do not use this image."),
                    digest);
    case LS_ERROR_STORE:
      return about (subject,
                    _ ("The images on this computer cannot be read or written. Check the folder "
                       "of the store and its permissions."),
                    /* Translators: %s is a folder or file. */
                    _ ("The images on this computer cannot be read or written. Check “%s” and its "
                       "permissions."),
                    subject);
    case LS_ERROR_SETTINGS:
      return about (subject,
                    _ ("There is a mistake in registries.conf. Correct the file, then start "
                       "Longshore again."),
                    /* Translators: %s is a file. */
                    _ ("There is a mistake in “%s”. Correct the file, then start Longshore "
                       "again."),
                    subject);
    default:
      return g_strdup (_ ("Something went wrong. Try again; the details may tell more."));
    }
}

/* What is pushed lies on this computer, and a pull mends it. */
static char *
damaged_here_text (const char *subject)
{
  g_autofree char *digest = short_digest (subject);

  return about (subject,
                _ ("A part of the image is damaged on this computer, so it was not pushed. Pull "
                   "the image again to mend it."),
                /* Translators: %s is the first part of a digest, such as "4e5021d210f6". */
                _ ("The part %s of the image is damaged on this computer, so it was not pushed. "
                   "Pull the image again to mend it."),
                digest);
}

/**
 * ls_error_text_during:
 * @error: any error
 * @activity: what the user was about
 *
 * Returns: (transfer full): one or two sentences: what happened and what to do next
 */
char *
ls_error_text_during (const GError *error, LsActivity activity)
{
  g_autofree char *subject = NULL;

  g_return_val_if_fail (error != NULL, g_strdup (""));

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_strdup (_ ("This was cancelled. Try again when you like."));

  if (error->domain != LS_ERROR)
    return g_strdup (_ ("Something went wrong. Try again; the details may tell more."));

  subject = readable_subject (error);

  /* Anybody may search: a refusal means this program or network. */
  if (activity == LS_ACTIVITY_SEARCH
      && (error->code == LS_ERROR_UNAUTHORIZED || error->code == LS_ERROR_FORBIDDEN))
    return client_refused_text (subject, activity);

  if (activity == LS_ACTIVITY_PUSH && error->code == LS_ERROR_DIGEST_MISMATCH)
    return damaged_here_text (subject);

  switch ((LsError) error->code)
    {
    case LS_ERROR_UNAUTHORIZED:
      return unauthorized_text (error, subject, activity);
    case LS_ERROR_FORBIDDEN:
      return forbidden_text (subject, activity);
    case LS_ERROR_RATE_LIMITED:
      return rate_limited_text (error, activity);
    case LS_ERROR_UNSUPPORTED:
      return unsupported_text (subject, activity);
    case LS_ERROR_NO_PLATFORM:
      return no_platform_text (subject);
    case LS_ERROR_NO_SPACE:
      return no_space_text (error);
    case LS_ERROR_KEYRING_UNAVAILABLE:
    case LS_ERROR_KEYRING_LOCKED:
      return keyring_text (error, activity);
    case LS_ERROR_OFFLINE:
    case LS_ERROR_TIMED_OUT:
    case LS_ERROR_TLS:
    case LS_ERROR_INSECURE:
    case LS_ERROR_LED_ASTRAY:
    case LS_ERROR_CONFIDANT_CHANGED:
    case LS_ERROR_NOT_A_REGISTRY:
    case LS_ERROR_CLIENT_REFUSED:
    case LS_ERROR_SERVER:
    case LS_ERROR_PROTOCOL:
      return connection_text (error, subject, activity);
    case LS_ERROR_FAILED:
    case LS_ERROR_INVALID_NAME:
    case LS_ERROR_NOT_FOUND:
    case LS_ERROR_TOO_LARGE:
    case LS_ERROR_PARTLY_HELD:
    case LS_ERROR_DIGEST_MISMATCH:
    case LS_ERROR_STORE:
    case LS_ERROR_SETTINGS:
    default:
      return image_text (error, subject);
    }
}

/**
 * ls_error_text:
 * @error: any error
 *
 * Returns: (transfer full): one or two sentences: what happened and what to do next
 */
char *
ls_error_text (const GError *error)
{
  return ls_error_text_during (error, LS_ACTIVITY_OTHER);
}
