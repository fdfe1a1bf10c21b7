/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-reference-grammar.h"

#include "ls-error.h"

#include <string.h>

#define MAX_HOST_LENGTH 253 /* RFC 1035, without the length bytes at its ends */
#define MAX_LABEL_LENGTH 63

static gboolean
is_host (const char *host)
{
  g_auto (GStrv) labels = g_strsplit (host, ".", -1);

  if (*host == '\0' || strlen (host) > MAX_HOST_LENGTH)
    return FALSE;
  for (char **label = labels; *label != NULL; label++)
    {
      gsize length = strlen (*label);

      if (length == 0 || length > MAX_LABEL_LENGTH || (*label)[0] == '-'
          || (*label)[length - 1] == '-')
        return FALSE;
      for (const char *at = *label; *at != '\0'; at++)
        if (!g_ascii_isalnum (*at) && *at != '-')
          return FALSE;
    }

  return TRUE;
}

/* Without a zone, which means something on this computer only, and without the
 * dotted form, which the grammar of references does not have. */
static gboolean
is_ipv6 (const char *address)
{
  g_autoptr (GInetAddress) parsed = NULL;

  if (address[strspn (address, "0123456789abcdefABCDEF:")] != '\0')
    return FALSE;
  parsed = g_inet_address_new_from_string (address);

  return parsed != NULL && g_inet_address_get_family (parsed) == G_SOCKET_FAMILY_IPV6;
}

static gboolean
is_port (const char *port)
{
  /* GLib's function passes over some kinds of white space. */
  return g_ascii_isdigit (*port) && *port != '0'
         && g_ascii_string_to_unsigned (port, 10, 1, 65535, NULL, NULL);
}

/* A host without a dot or port cannot start a reference, where it would be read as
 * the name of a user on Docker Hub. */
static gboolean
can_start_reference (const char *host, const char *port)
{
  return port != NULL || strchr (host, '.') != NULL || strcmp (host, "localhost") == 0;
}

/**
 * ls_registry_name_check:
 * @name: what should be host, host:port, [address] or [address]:port
 *
 * Returns: %LS_REFERENCE_OK, %LS_REFERENCE_BAD_REGISTRY or %LS_REFERENCE_BAD_PORT
 */
LsReferenceProblem
ls_registry_name_check (const char *name)
{
  gboolean has_brackets = *name == '[';
  const char *host_end = strchr (name, has_brackets ? ']' : ':');
  const char *port = NULL;
  g_autofree char *host = NULL;

  if (has_brackets)
    {
      if (host_end == NULL || (host_end[1] != '\0' && host_end[1] != ':'))
        return LS_REFERENCE_BAD_REGISTRY;
      host = g_strndup (name + 1, host_end - name - 1);
      port = host_end[1] == ':' ? host_end + 2 : NULL;
    }
  else
    {
      host = host_end != NULL ? g_strndup (name, host_end - name) : g_strdup (name);
      port = host_end != NULL ? host_end + 1 : NULL;
    }

  if (has_brackets ? !is_ipv6 (host) : !is_host (host) || !can_start_reference (host, port))
    return LS_REFERENCE_BAD_REGISTRY;
  if (port != NULL && !is_port (port))
    return LS_REFERENCE_BAD_PORT;

  return LS_REFERENCE_OK;
}

/**
 * ls_registry_name_fold:
 * @name: a registry that passed ls_registry_name_check()
 *
 * Returns: (transfer full): the one name that the registry goes by
 */
char *
ls_registry_name_fold (const char *name)
{
  static const char *const hub_hosts[] = {
    "index.docker.io",
    "registry-1.docker.io",
    NULL,
  };
  g_autofree char *lower = g_ascii_strdown (name, -1);

  return g_strv_contains (hub_hosts, lower) ? g_strdup (LS_DOCKER_HUB) : g_steal_pointer (&lower);
}

/**
 * ls_registry_name_is_valid:
 * @name: (nullable): what should be the name of a registry
 *
 * Returns: whether @name is a host or bracketed IPv6 address in lower case, with or
 *   without a port, that a reference can start with
 */
gboolean
ls_registry_name_is_valid (const char *name)
{
  if (name == NULL || ls_registry_name_check (name) != LS_REFERENCE_OK)
    return FALSE;
  for (const char *at = name; *at != '\0'; at++)
    if (g_ascii_isupper (*at))
      return FALSE;

  return TRUE;
}

static const char *
skip_prefix (const char *text, const char *prefix)
{
  gsize length = strlen (prefix);

  return g_ascii_strncasecmp (text, prefix, length) == 0 ? text + length : text;
}

/* An input method for Chinese may leave full-width letters, colons and dots. */
static char *
tidy (const char *text)
{
  char *tidied = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);

  return tidied != NULL ? g_strstrip (tidied) : NULL;
}

static gboolean
is_hub_page (const char *name)
{
  /* The first is what people see in their browser, the second what Docker calls
   * the registry in its configuration file. */
  return g_ascii_strcasecmp (name, "hub.docker.com") == 0
         || g_ascii_strcasecmp (name, "index.docker.io/v1") == 0;
}

/**
 * ls_registry_name_normalize:
 * @text: what a user typed for a registry
 * @error: return location for an error
 *
 * Takes away what people copy along with a registry's name (a scheme, slashes at
 * the end, space) and gives Docker Hub its one name; nothing means Docker Hub.
 *
 * Returns: (transfer full): a valid name, or %NULL with %LS_ERROR_INVALID_NAME
 */
char *
ls_registry_name_normalize (const char *text, GError **error)
{
  g_autofree char *tidied = NULL;
  g_autofree char *name = NULL;
  const char *bare;
  gsize length;
  LsReferenceProblem problem;

  g_return_val_if_fail (text != NULL, NULL);

  tidied = tidy (text);
  if (tidied != NULL && *tidied == '\0')
    return g_strdup (LS_DOCKER_HUB);

  bare = skip_prefix (skip_prefix (tidied != NULL ? tidied : "", "https://"), "http://");
  length = strlen (bare);
  while (length > 0 && bare[length - 1] == '/')
    length--;
  name = g_strndup (bare, length);
  if (is_hub_page (name))
    return g_strdup (LS_DOCKER_HUB);
  if (strchr (name, '/') != NULL)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_INVALID_NAME,
                           "A registry is a host without a path");
      return NULL;
    }
  problem = ls_registry_name_check (name);
  if (problem != LS_REFERENCE_OK)
    {
      ls_reference_problem_to_error (problem, error);
      return NULL;
    }

  return ls_registry_name_fold (name);
}
