/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-endpoint.h"
#include "ls-error.h"
#include "ls-origin.h"

static GUri *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  GUri *uri = g_uri_parse (text, LS_URI_FLAGS, &error);

  g_assert_no_error (error);

  return uri;
}

static void
test_origins (void)
{
  static const struct
  {
    const char *a;
    const char *b;
    gboolean equal;
  } cases[] = {
    { "https://a/x", "https://a/y?z", TRUE },
    { "https://a", "https://a:443/", TRUE },
    { "http://a:80", "http://A/", TRUE },
    { "HTTPS://a", "https://a", TRUE },
    { "http://[::1]:5000", "http://[::1]:5000/x", TRUE },
    { "https://a", "http://a", FALSE },
    { "https://a:443", "http://a:443", FALSE },
    { "https://a", "https://a:8443", FALSE },
    { "https://a", "https://b", FALSE },
    { "https://a", "https://a.evil", FALSE },
    { "http://127.0.0.1", "http://localhost", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GUri) a = parse (cases[i].a);
      g_autoptr (GUri) b = parse (cases[i].b);

      g_test_message ("%s %s", cases[i].a, cases[i].b);
      g_assert_cmpint (ls_origin_equal (a, b), ==, cases[i].equal);
    }
}

static void
test_reaches (void)
{
  static const struct
  {
    const char *host;
    LsReach reach;
  } cases[] = {
    { "registry-1.docker.io", LS_REACH_PUBLIC },
    { "localhost.evil.example", LS_REACH_PUBLIC },
    { "notlocalhost", LS_REACH_PUBLIC },
    { "8.8.8.8", LS_REACH_PUBLIC },
    { "172.15.0.1", LS_REACH_PUBLIC },
    { "172.32.0.1", LS_REACH_PUBLIC },
    { "100.128.0.1", LS_REACH_PUBLIC },
    { "2001:db8::1", LS_REACH_PUBLIC },
    { "::ffff:8.8.8.8", LS_REACH_PUBLIC },
    { "10.0.0.1", LS_REACH_PRIVATE },
    { "172.16.0.1", LS_REACH_PRIVATE },
    { "172.31.255.255", LS_REACH_PRIVATE },
    { "192.168.1.1", LS_REACH_PRIVATE },
    { "100.64.0.1", LS_REACH_PRIVATE },
    { "fd00::8", LS_REACH_PRIVATE },
    { "fc00::1", LS_REACH_PRIVATE },
    { "fec0::1", LS_REACH_PRIVATE },
    { "::ffff:192.168.0.1", LS_REACH_PRIVATE },
    { "64:ff9b::10.0.0.1", LS_REACH_PRIVATE },
    { "169.254.169.254", LS_REACH_LINK_LOCAL },
    { "fe80::1", LS_REACH_LINK_LOCAL },
    { "::ffff:169.254.169.254", LS_REACH_LINK_LOCAL },
    { "localhost", LS_REACH_LOOPBACK },
    { "LocalHost.", LS_REACH_LOOPBACK },
    { "registry.localhost", LS_REACH_LOOPBACK },
    { "127.0.0.1", LS_REACH_LOOPBACK },
    { "127.255.255.254", LS_REACH_LOOPBACK },
    { "::1", LS_REACH_LOOPBACK },
    { "::", LS_REACH_LOOPBACK },
    { "0.0.0.0", LS_REACH_LOOPBACK },
    { "0.1.2.3", LS_REACH_LOOPBACK },
    { "::ffff:127.0.0.1", LS_REACH_LOOPBACK },
    { "64:ff9b::127.0.0.1", LS_REACH_LOOPBACK },
    /* Ways to write an address that inet_aton() understands, and so do proxies. */
    { "127.1", LS_REACH_LOOPBACK },
    { "2130706433", LS_REACH_LOOPBACK },
    { "0x7f.1", LS_REACH_LOOPBACK },
    { "0300.0250.1.1", LS_REACH_PRIVATE },
    { "127.0.0.1.", LS_REACH_LOOPBACK },
    { "134744072", LS_REACH_PUBLIC },
    /* 6to4 and a network's own NAT64 lead to the address inside of them. */
    { "2002:7f00:1::", LS_REACH_LOOPBACK },
    { "2002:a00:1::1", LS_REACH_PRIVATE },
    { "2002:808:808::1", LS_REACH_PUBLIC },
    { "64:ff9b:1::808:808", LS_REACH_PRIVATE },
    { "::127.0.0.1", LS_REACH_LOOPBACK },
    /* Proxies that a whole computer goes through give names addresses of this range. */
    { "198.18.0.7", LS_REACH_PUBLIC },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].host);
      g_assert_cmpint (ls_reach_of_host (cases[i].host), ==, cases[i].reach);
    }
}

/* What a host may consist of: everything else would mean something in a header
 * field, to a proxy or to a person. GLib decodes what is escaped in a host. */
static void
test_hosts (void)
{
  static const struct
  {
    const char *text;
    gboolean good;
  } cases[] = {
    { "http://a/", TRUE },
    { "https://A-b_c.example:5000/x", TRUE },
    { "https://b\xc3\xbc"
      "cher.example/",
      TRUE },
    { "https://[2001:db8::1]/", TRUE },
    { "http://a%0d%0aX-Evil:1/", FALSE },
    { "http://a%0ab/", FALSE },
    { "http://a%20b/", FALSE },
    { "http://a%2fb/", FALSE },
    { "http://a%3fb/", FALSE },
    { "http://a%23b/", FALSE },
    { "http://a%40b/", FALSE },
    { "http://a%3ab/", FALSE },
    { "http://a%5cb/", FALSE },
    { "http://a\tb/", FALSE },
    { "http://a%1b[31m/", FALSE },
    { "http://[fe80::1%25eth0]/", FALSE },
    { "http://a:0/", FALSE },
    { "http://user@a/", FALSE },
    { "ftp://a/", FALSE },
    { "http:/a", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GUri) uri = g_uri_parse (cases[i].text, LS_URI_FLAGS, NULL);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (uri != NULL && ls_uri_is_http_family (uri), ==, cases[i].good);
    }
}

static void
test_host_and_port (void)
{
  static const char *const cases[][2] = {
    { "https://a/", "a" },
    { "https://a:443/", "a" },
    { "https://a:5000/", "a:5000" },
    { "http://a/", "a" },
    { "http://a:443/", "a:443" },
    { "http://[::1]/", "[::1]" },
    { "http://[::1]:5/", "[::1]:5" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GUri) uri = parse (cases[i][0]);
      g_autofree char *text = ls_uri_dup_host_port (uri);

      g_assert_cmpstr (text, ==, cases[i][1]);
    }
}

static void
test_endpoints (void)
{
  static const struct
  {
    const char *url;
    LsEndpointFlags flags;
    int code; /* -1: fine */
  } cases[] = {
    { "https://registry.example", LS_ENDPOINT_NONE, -1 },
    { "https://registry.example/", LS_ENDPOINT_NONE, -1 },
    { "https://registry.example:5000/prefix/", LS_ENDPOINT_NONE, -1 },
    { "http://localhost:5000", LS_ENDPOINT_NONE, -1 },
    { "http://registry.localhost", LS_ENDPOINT_NONE, -1 },
    { "http://127.0.0.3", LS_ENDPOINT_NONE, -1 },
    { "http://[::1]:5000", LS_ENDPOINT_NONE, -1 },
    { "http://registry.example", LS_ENDPOINT_INSECURE, -1 },
    { "http://registry.example", LS_ENDPOINT_NONE, LS_ERROR_INSECURE },
    { "http://192.168.0.1:5000", LS_ENDPOINT_NONE, LS_ERROR_INSECURE },
    { "http://localhost.evil.example", LS_ENDPOINT_NONE, LS_ERROR_INSECURE },
    { "registry.example", LS_ENDPOINT_NONE, LS_ERROR_SETTINGS },
    { "ftp://registry.example", LS_ENDPOINT_NONE, LS_ERROR_SETTINGS },
    { "https://", LS_ENDPOINT_NONE, LS_ERROR_SETTINGS },
    { "https://user@registry.example", LS_ENDPOINT_NONE, LS_ERROR_SETTINGS },
    { "https://registry.example/?x", LS_ENDPOINT_NONE, LS_ERROR_SETTINGS },
    { "https://registry.example/#x", LS_ENDPOINT_NONE, LS_ERROR_SETTINGS },
    { "https://registry.example:99999", LS_ENDPOINT_NONE, LS_ERROR_SETTINGS },
    { "", LS_ENDPOINT_NONE, LS_ERROR_SETTINGS },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LsEndpoint) endpoint =
          ls_endpoint_new (cases[i].url, cases[i].flags, NULL, &error);

      g_test_message ("%s", cases[i].url);
      if (cases[i].code == -1)
        g_assert_no_error (error);
      else
        g_assert_error (error, LS_ERROR, cases[i].code);
      g_assert_cmpint (endpoint != NULL, ==, cases[i].code == -1);
    }
}

static void
test_targets (void)
{
  static const char *const cases[][3] = {
    { "https://a", "v2/", "https://a/v2/" },
    { "https://a/", "v2/x?y=%2F", "https://a/v2/x?y=%2F" },
    { "https://a:5000/b/", "v2/", "https://a:5000/b/v2/" },
    { "https://a/b", "v2/n/manifests/sha256:00", "https://a/b/v2/n/manifests/sha256:00" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LsEndpoint) endpoint = ls_endpoint_new (cases[i][0], 0, NULL, &error);
      g_autoptr (GUri) uri = ls_endpoint_resolve (endpoint, cases[i][1], &error);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      text = g_uri_to_string (uri);
      g_assert_cmpstr (text, ==, cases[i][2]);
    }
}

/* A target never leads to another server. */
static void
test_escaping_target (void)
{
  g_autoptr (LsEndpoint) endpoint = ls_endpoint_new ("https://a", 0, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (ls_endpoint_resolve (endpoint, "/evil.example/x", &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_FAILED);
}

static void
test_plain_http (void)
{
  static const struct
  {
    const char *url;
    LsEndpointFlags flags;
    const char *plain; /* NULL: not allowed */
  } cases[] = {
    { "https://localhost:5000", LS_ENDPOINT_ANY_SCHEME, "http://localhost:5000/" },
    { "https://a", LS_ENDPOINT_ANY_SCHEME | LS_ENDPOINT_INSECURE, "http://a/" },
    { "https://a:5000", LS_ENDPOINT_ANY_SCHEME | LS_ENDPOINT_INSECURE, "http://a:5000/" },
    { "https://a", LS_ENDPOINT_ANY_SCHEME, NULL },
    { "https://192.168.0.1", LS_ENDPOINT_ANY_SCHEME, NULL },
    { "https://localhost:5000", LS_ENDPOINT_NONE, NULL },
    { "https://a", LS_ENDPOINT_INSECURE, NULL },
    { "http://a", LS_ENDPOINT_ANY_SCHEME | LS_ENDPOINT_INSECURE, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LsEndpoint) endpoint =
          ls_endpoint_new (cases[i].url, cases[i].flags, NULL, &error);
      g_autoptr (LsEndpoint) plain = NULL;
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      plain = ls_endpoint_plain_http (endpoint);
      if (plain != NULL)
        text = g_uri_to_string (ls_endpoint_get_uri (plain));
      g_test_message ("%s", cases[i].url);
      g_assert_cmpstr (text, ==, cases[i].plain);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/origin/origins", test_origins);
  g_test_add_func ("/origin/reaches", test_reaches);
  g_test_add_func ("/origin/hosts", test_hosts);
  g_test_add_func ("/origin/host-and-port", test_host_and_port);
  g_test_add_func ("/origin/endpoints", test_endpoints);
  g_test_add_func ("/origin/targets", test_targets);
  g_test_add_func ("/origin/escaping-target", test_escaping_target);
  g_test_add_func ("/origin/plain-http", test_plain_http);

  return g_test_run ();
}
