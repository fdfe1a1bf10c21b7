/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-account.h"

struct _LsAccount
{
  GObject parent_instance;

  char *registry;
  char *username;
  gboolean session_only;
  gboolean insecure;
};

enum
{
  PROP_0,
  PROP_USERNAME,
  PROP_SESSION_ONLY,
  N_PROPS,

  /* Those of LsPlace. */
  PROP_TITLE = N_PROPS,
  PROP_ICON_NAME,
  PROP_REGISTRY,
  PROP_INSECURE,
};

static GParamSpec *properties[N_PROPS];

static LsReference *
ls_account_propose_name (LsPlace *place, LsReference *image)
{
  LsAccount *self = LS_ACCOUNT (place);

  return ls_reference_propose (image, self->registry, self->username);
}

static void
ls_account_place_init (LsPlaceInterface *iface)
{
  iface->propose_name = ls_account_propose_name;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (LsAccount, ls_account, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LS_TYPE_PLACE, ls_account_place_init))

static void
ls_account_finalize (GObject *object)
{
  LsAccount *self = LS_ACCOUNT (object);

  g_free (self->registry);
  g_free (self->username);

  G_OBJECT_CLASS (ls_account_parent_class)->finalize (object);
}

static void
ls_account_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  LsAccount *self = LS_ACCOUNT (object);

  switch (property_id)
    {
    case PROP_USERNAME:
    case PROP_TITLE:
      g_value_set_string (value, self->username);
      break;
    case PROP_SESSION_ONLY:
      g_value_set_boolean (value, self->session_only);
      break;
    case PROP_ICON_NAME:
      g_value_set_static_string (value, "avatar-default-symbolic");
      break;
    case PROP_REGISTRY:
      g_value_set_string (value, self->registry);
      break;
    case PROP_INSECURE:
      g_value_set_boolean (value, self->insecure);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ls_account_class_init (LsAccountClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = ls_account_finalize;
  object_class->get_property = ls_account_get_property;

  /**
   * LsAccount:username:
   *
   * Who is signed in.
   */
  properties[PROP_USERNAME] = g_param_spec_string ("username", NULL, NULL, NULL, flags);
  /**
   * LsAccount:session-only:
   *
   * Whether the account is forgotten when Longshore quits.
   */
  properties[PROP_SESSION_ONLY] = g_param_spec_boolean ("session-only", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_object_class_override_property (object_class, PROP_TITLE, "title");
  g_object_class_override_property (object_class, PROP_ICON_NAME, "icon-name");
  g_object_class_override_property (object_class, PROP_REGISTRY, "registry");
  g_object_class_override_property (object_class, PROP_INSECURE, "insecure");
}

static void
ls_account_init (LsAccount *self)
{
}

/**
 * ls_account_new:
 * @registry: the registry's name, "docker.io" for Docker Hub
 * @username: who is signed in
 * @session_only: whether the account is forgotten when Longshore quits
 * @insecure: whether the registry may be reached without verified TLS
 *
 * Returns: (transfer full): a new account
 */
LsAccount *
ls_account_new (const char *registry, const char *username, gboolean session_only,
                gboolean insecure)
{
  LsAccount *self;

  g_return_val_if_fail (registry != NULL, NULL);
  g_return_val_if_fail (username != NULL, NULL);

  self = g_object_new (LS_TYPE_ACCOUNT, NULL);
  self->registry = g_strdup (registry);
  self->username = g_strdup (username);
  self->session_only = session_only;
  self->insecure = insecure;

  return self;
}

/**
 * ls_account_get_registry:
 * @self: an account
 *
 * Returns: (transfer none): the registry's name, "docker.io" for Docker Hub
 */
const char *
ls_account_get_registry (LsAccount *self)
{
  g_return_val_if_fail (LS_IS_ACCOUNT (self), NULL);

  return self->registry;
}

/**
 * ls_account_get_username:
 * @self: an account
 *
 * Returns: (transfer none): who is signed in
 */
const char *
ls_account_get_username (LsAccount *self)
{
  g_return_val_if_fail (LS_IS_ACCOUNT (self), NULL);

  return self->username;
}

/**
 * ls_account_get_session_only:
 * @self: an account
 *
 * Returns: whether the account is forgotten when Longshore quits
 */
gboolean
ls_account_get_session_only (LsAccount *self)
{
  g_return_val_if_fail (LS_IS_ACCOUNT (self), FALSE);

  return self->session_only;
}

/**
 * ls_account_get_insecure:
 * @self: an account
 *
 * Returns: whether the registry may be reached without verified TLS
 */
gboolean
ls_account_get_insecure (LsAccount *self)
{
  g_return_val_if_fail (LS_IS_ACCOUNT (self), FALSE);

  return self->insecure;
}
