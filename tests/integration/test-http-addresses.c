/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where a public server may send us: nowhere that is closer to the user than itself.
 * What counts is the address that is connected to, and not what a name seems to say. */

#include "ls-error.h"
#include "ls-test-http.h"
#include "ls-test-resolver.h"

#define PUBLIC "http://registry.example"

/* A session that reaches "*.rebind.example" and addresses directly, and the public
 * registry through a proxy. */
static LsHttp *
make_http (LsFakeServer *proxy)
{
  static const char *const direct[] = { "*.rebind.example", "0.0.0.0/0", "::/0", NULL };
  g_autofree char *url = ls_fake_server_dup_url (proxy, "127.0.0.1", "");
  g_autoptr (GProxyResolver) resolver = g_simple_proxy_resolver_new (url, (char **) direct);

  return g_object_new (LS_TYPE_HTTP, "proxy-resolver", resolver, "timeout", 2, NULL);
}

static LsHttpReply *
ask (LsHttp *http, GError **error)
{
  g_autoptr (LsEndpoint) endpoint = ls_endpoint_new (PUBLIC, LS_ENDPOINT_INSECURE, NULL, error);
  g_autoptr (LsHttpRequest) request = ls_http_request_new_for_target ("GET", endpoint, "a", error);

  return ls_http_send (http, request, NULL, error);
}

/* Not even a connection is made: a greeting of TLS can be worded to mean something
 * to what listens there, and the time it takes tells what does. */
static void
assert_refused (LsFakeServer *proxy, LsFakeServer *victim, LsHttp *http, const char *host)
{
  g_autofree char *location = NULL;
  g_autoptr (GError) error = NULL;

  location =
      g_strdup_printf ("Location: http://%s:%u/admin\r\n", host, ls_fake_server_get_port (victim));
  g_test_message ("%s", location);
  ls_fake_server_add (proxy, "GET", PUBLIC "/a", 307, location, "");
  g_assert_null (ask (http, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_LED_ASTRAY);
  g_assert_cmpuint (ls_fake_server_n_connections (victim), ==, 0);
}

static void
test_names (void)
{
  static const char *const addresses[] = {
    "127.0.0.1",
    "127.1.2.3",
    "0.0.0.0",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "10.1.2.3",
    "192.168.0.1",
    "172.20.0.1",
    "100.100.100.200",
    "169.254.169.254",
    "fe80::1",
    "fd00:ec2::254",
    "::ffff:169.254.169.254",
    "64:ff9b::a00:1",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
    "fec0::1",
  };
  g_autoptr (LsTestResolver) resolver = ls_test_resolver_install ();
  g_autoptr (LsFakeServer) proxy = ls_fake_server_new (NULL);
  g_autoptr (LsFakeServer) victim = ls_fake_server_new (NULL);
  g_autoptr (LsHttp) http = make_http (proxy);

  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autofree char *name = g_strdup_printf ("a%" G_GSIZE_FORMAT ".rebind.example", i);

      ls_test_resolver_add (resolver, name, addresses[i]);
      assert_refused (proxy, victim, http, name);
    }
}

static void
test_literals (void)
{
  static const char *const hosts[] = {
    "127.0.0.1",          "0.0.0.0",         "[::1]",        "[::]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "10.0.0.1",     "169.254.169.254",
    "[fe80::1]",          "[fd00:ec2::254]", "[64:ff9b::1]", "[2002:a00:1::1]",
  };
  g_autoptr (LsFakeServer) proxy = ls_fake_server_new (NULL);
  g_autoptr (LsFakeServer) victim = ls_fake_server_new (NULL);
  g_autoptr (LsHttp) http = make_http (proxy);

  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++)
    assert_refused (proxy, victim, http, hosts[i]);
}

/* Through a proxy only the name can be judged, in every spelling of an address. */
static void
test_spellings (void)
{
  static const char *const hosts[] = { "127.1",      "2130706433", "0x7f000001", "0177.0.0.1",
                                       "127.0.0.1.", "localhost.", "LOCALHOST",  "10.1" };
  g_autoptr (LsFakeServer) proxy = ls_fake_server_new (NULL);
  g_autoptr (LsFakeServer) victim = ls_fake_server_new (NULL);
  g_autofree char *url = ls_fake_server_dup_url (proxy, "127.0.0.1", "");
  g_autoptr (GProxyResolver) resolver = g_simple_proxy_resolver_new (url, NULL);
  g_autoptr (LsHttp) http = g_object_new (LS_TYPE_HTTP, "proxy-resolver", resolver, NULL);
  g_auto (GStrv) log = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++)
    assert_refused (proxy, victim, http, hosts[i]);
  log = ls_fake_server_get_log (proxy);
  g_assert_cmpuint (g_strv_length (log), ==, G_N_ELEMENTS (hosts));
}

/* What the user named may be anywhere, and leads from there to its like. */
static void
test_own_network (void)
{
  g_autoptr (LsTestResolver) resolver = ls_test_resolver_install ();
  g_autoptr (LsFakeServer) server = ls_fake_server_new (NULL);
  g_autoptr (LsHttp) http = make_http (server);
  g_autofree char *url = ls_fake_server_dup_url (server, "a.rebind.example", "");
  g_autofree char *location = NULL;
  g_autoptr (LsEndpoint) endpoint = NULL;
  g_autoptr (LsHttpRequest) request = NULL;
  g_autoptr (LsHttpReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  ls_test_resolver_add (resolver, "a.rebind.example", "127.0.0.1");
  ls_test_resolver_add (resolver, "b.rebind.example", "::ffff:127.0.0.1");
  location = g_strdup_printf ("Location: http://b.rebind.example:%u/b\r\n",
                              ls_fake_server_get_port (server));
  ls_fake_server_add (server, "GET", "/a", 307, location, "");
  ls_fake_server_add (server, "GET", "/b", 200, "", "here");

  endpoint = ls_endpoint_new (url, LS_ENDPOINT_INSECURE, NULL, &error);
  g_assert_no_error (error);
  request = ls_http_request_new_for_target ("GET", endpoint, "a", &error);
  reply = ls_http_send (http, request, NULL, &error);
  g_assert_no_error (error);
  ls_test_http_assert_body (reply, "here");
}

int
main (int argc, char **argv)
{
  ls_http_prepare_process ();
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/http/addresses/names", test_names);
  g_test_add_func ("/http/addresses/literals", test_literals);
  g_test_add_func ("/http/addresses/spellings", test_spellings);
  g_test_add_func ("/http/addresses/own-network", test_own_network);

  return g_test_run ();
}
