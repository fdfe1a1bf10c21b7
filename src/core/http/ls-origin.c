/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-origin.h"

#include <arpa/inet.h>
#include <string.h>

/**
 * ls_uri_get_port:
 * @uri: an http or https URI
 *
 * Returns: the port, also where @uri leaves the usual one out
 */
guint16
ls_uri_get_port (GUri *uri)
{
  int port = g_uri_get_port (uri);

  if (port > 0)
    return (guint16) port;

  return ls_uri_is_https (uri) ? 443 : 80;
}

/**
 * ls_uri_is_https:
 * @uri: a URI
 *
 * Returns: whether @uri uses TLS
 */
gboolean
ls_uri_is_https (GUri *uri)
{
  return g_strcmp0 (g_uri_get_scheme (uri), "https") == 0;
}

/* GLib decodes what is escaped in a host, so that a line break can hide there: in
 * the Host field, in a request to a proxy or in an error it would be one. Other
 * scripts have become ASCII by now. */
static gboolean
is_host (const char *host)
{
  g_autoptr (GInetAddress) address = NULL;

  if (host == NULL || *host == '\0')
    return FALSE;
  if (strchr (host, ':') != NULL)
    {
      address = g_inet_address_new_from_string (host);
      return address != NULL && strchr (host, '%') == NULL;
    }
  for (const char *at = host; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && strchr (".-_", *at) == NULL)
      return FALSE;

  return TRUE;
}

/**
 * ls_uri_is_http_family:
 * @uri: a URI
 *
 * Returns: whether @uri is http or https, names a host that can be one, and carries
 *   no user name
 */
gboolean
ls_uri_is_http_family (GUri *uri)
{
  const char *scheme = g_uri_get_scheme (uri);

  return is_host (g_uri_get_host (uri)) && g_uri_get_port (uri) != 0
         && g_uri_get_userinfo (uri) == NULL
         && (g_strcmp0 (scheme, "https") == 0 || g_strcmp0 (scheme, "http") == 0);
}

/**
 * ls_uri_dup_host_port:
 * @uri: an http or https URI
 *
 * Names the server in the way that a user writes it.
 *
 * Returns: (transfer full): the host, with the port where it is not the usual one
 */
char *
ls_uri_dup_host_port (GUri *uri)
{
  const char *host = g_uri_get_host (uri);
  gboolean is_ipv6 = strchr (host, ':') != NULL;
  guint16 port = ls_uri_get_port (uri);
  const char *open = is_ipv6 ? "[" : "";
  const char *close = is_ipv6 ? "]" : "";

  if (port == (ls_uri_is_https (uri) ? 443 : 80))
    return g_strdup_printf ("%s%s%s", open, host, close);

  return g_strdup_printf ("%s%s%s:%u", open, host, close, port);
}

/**
 * ls_origin_equal:
 * @a: an http or https URI
 * @b: another
 *
 * Compares scheme, host and port: what belongs to one origin is never shown to
 * another (RFC 6454, section 5).
 *
 * Returns: whether @a and @b have the same origin
 */
gboolean
ls_origin_equal (GUri *a, GUri *b)
{
  return g_strcmp0 (g_uri_get_scheme (a), g_uri_get_scheme (b)) == 0
         && g_ascii_strcasecmp (g_uri_get_host (a), g_uri_get_host (b)) == 0
         && ls_uri_get_port (a) == ls_uri_get_port (b);
}

static gboolean
is_localhost_name (const char *host)
{
  g_autofree char *name = g_ascii_strdown (host, -1);

  if (g_str_has_suffix (name, "."))
    name[strlen (name) - 1] = '\0';

  return g_str_equal (name, "localhost") || g_str_has_suffix (name, ".localhost");
}

/**
 * ls_host_is_loopback:
 * @host: a host name or an IP address, without brackets
 *
 * Looks at the name only: nothing is resolved.
 *
 * Returns: whether @host always means this computer
 */
gboolean
ls_host_is_loopback (const char *host)
{
  return ls_reach_of_host (host) == LS_REACH_LOOPBACK;
}

/* "127.1" and "2130706433" are addresses to inet_aton(), and so to many a proxy. */
static GInetAddress *
parse_address (const char *host)
{
  g_autofree char *bare = g_strdup (host);
  gsize length = strlen (bare);
  struct in_addr legacy;
  GInetAddress *address;

  if (length > 1 && bare[length - 1] == '.')
    bare[length - 1] = '\0';
  address = g_inet_address_new_from_string (bare);
  if (address == NULL && strchr (bare, ' ') == NULL && inet_aton (bare, &legacy) != 0)
    address = g_inet_address_new_from_bytes ((const guint8 *) &legacy, G_SOCKET_FAMILY_IPV4);

  return address;
}

/**
 * ls_reach_of_host:
 * @host: a host name or an IP address, without brackets
 *
 * Looks at the name only; what it resolves to is judged by
 * ls_reach_of_address() once a connection is made.
 *
 * Returns: the reach of an address literal or a localhost name; other names
 *   count as public
 */
LsReach
ls_reach_of_host (const char *host)
{
  g_autoptr (GInetAddress) address = parse_address (host);

  if (address != NULL)
    return ls_reach_of_address (address);

  return is_localhost_name (host) ? LS_REACH_LOOPBACK : LS_REACH_PUBLIC;
}

static gboolean
is_shared_address_space (const guint8 *bytes)
{
  return bytes[0] == 100 && (bytes[1] & 0xc0) == 64; /* 100.64.0.0/10, RFC 6598 */
}

/* An IPv4 address in IPv6 clothes: ::ffff:a.b.c.d, the NAT64 prefix, 6to4, and the
 * obsolete ::a.b.c.d, but for the two addresses that have a meaning of their own.
 *
 * Returns: (nullable): where in @bytes it starts */
static const guint8 *
find_ipv4 (const guint8 *bytes)
{
  static const guint8 mapped[12] = { [10] = 0xff, [11] = 0xff };
  static const guint8 nat64[12] = { 0x00, 0x64, 0xff, 0x9b };
  static const guint8 compatible[15] = { 0 };

  if (memcmp (bytes, mapped, sizeof mapped) == 0 || memcmp (bytes, nat64, sizeof nat64) == 0)
    return bytes + 12;
  if (bytes[0] == 0x20 && bytes[1] == 0x02)
    return bytes + 2;
  if (memcmp (bytes, compatible, 12) == 0 && memcmp (bytes, compatible, sizeof compatible) != 0)
    return bytes + 12;

  return NULL;
}

/* fc00::/7 (RFC 4193; GLib knows site-local only), and the NAT64 prefix that networks
 * use among themselves (RFC 8215), with an address somewhere in it. */
static gboolean
is_private_ipv6 (const guint8 *bytes)
{
  static const guint8 local_nat64[6] = { 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01 };

  return (bytes[0] & 0xfe) == 0xfc || memcmp (bytes, local_nat64, sizeof local_nat64) == 0;
}

/**
 * ls_reach_of_address:
 * @address: an address
 *
 * Returns: how close to the user @address is
 */
LsReach
ls_reach_of_address (GInetAddress *address)
{
  const guint8 *bytes = g_inet_address_to_bytes (address);

  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6)
    {
      const guint8 *ipv4 = find_ipv4 (bytes);

      if (ipv4 != NULL)
        {
          g_autoptr (GInetAddress) inner =
              g_inet_address_new_from_bytes (ipv4, G_SOCKET_FAMILY_IPV4);

          return ls_reach_of_address (inner);
        }

      if (is_private_ipv6 (bytes))
        return LS_REACH_PRIVATE;
    }
  else if (bytes[0] == 0) /* 0.0.0.0/8 reaches this computer */
    {
      return LS_REACH_LOOPBACK;
    }
  else if (is_shared_address_space (bytes))
    {
      return LS_REACH_PRIVATE;
    }

  if (g_inet_address_get_is_loopback (address) || g_inet_address_get_is_any (address))
    return LS_REACH_LOOPBACK;
  if (g_inet_address_get_is_link_local (address))
    return LS_REACH_LINK_LOCAL;
  if (g_inet_address_get_is_site_local (address))
    return LS_REACH_PRIVATE;

  return LS_REACH_PUBLIC;
}
