/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-store-problem.h"

struct _LsStoreProblem
{
  GObject parent_instance;

  LsStoreProblemKind kind;
  LsDescriptor *blob;
  LsDescriptor *owner;
  GPtrArray *names; /* of LsReference */
};

enum
{
  PROP_0,
  PROP_KIND,
  PROP_DIGEST,
  PROP_SIZE,
  PROP_NAMES,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ENUM_TYPE (LsStoreProblemKind, ls_store_problem_kind,
                    G_DEFINE_ENUM_VALUE (LS_STORE_PROBLEM_MISSING, "missing"),
                    G_DEFINE_ENUM_VALUE (LS_STORE_PROBLEM_DAMAGED, "damaged"),
                    G_DEFINE_ENUM_VALUE (LS_STORE_PROBLEM_UNREADABLE, "unreadable"))

G_DEFINE_FINAL_TYPE (LsStoreProblem, ls_store_problem, G_TYPE_OBJECT)

static GStrv
list_names (LsStoreProblem *self)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < self->names->len; i++)
    {
      g_autofree char *name = ls_reference_to_string (self->names->pdata[i]);

      g_strv_builder_add (names, name);
    }

  return g_strv_builder_end (names);
}

static void
ls_store_problem_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  LsStoreProblem *self = LS_STORE_PROBLEM (object);

  switch (prop_id)
    {
    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;
    case PROP_DIGEST:
      g_value_set_string (value, ls_digest_to_string (ls_descriptor_get_digest (self->blob)));
      break;
    case PROP_SIZE:
      g_value_set_int64 (value, ls_descriptor_get_size (self->blob));
      break;
    case PROP_NAMES:
      g_value_take_boxed (value, list_names (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ls_store_problem_finalize (GObject *object)
{
  LsStoreProblem *self = LS_STORE_PROBLEM (object);

  g_clear_pointer (&self->blob, ls_descriptor_unref);
  g_clear_pointer (&self->owner, ls_descriptor_unref);
  g_clear_pointer (&self->names, g_ptr_array_unref);

  G_OBJECT_CLASS (ls_store_problem_parent_class)->finalize (object);
}

static void
ls_store_problem_class_init (LsStoreProblemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ls_store_problem_get_property;
  object_class->finalize = ls_store_problem_finalize;

  properties[PROP_KIND] = g_param_spec_enum ("kind", NULL, NULL, LS_TYPE_STORE_PROBLEM_KIND,
                                             LS_STORE_PROBLEM_MISSING, flags);
  properties[PROP_DIGEST] = g_param_spec_string ("digest", NULL, NULL, NULL, flags);
  properties[PROP_SIZE] = g_param_spec_int64 ("size", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_NAMES] = g_param_spec_boxed ("names", NULL, NULL, G_TYPE_STRV, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ls_store_problem_init (LsStoreProblem *self)
{
}

/**
 * ls_store_problem_new:
 * @kind: what is wrong
 * @blob: with which blob
 * @owner: the manifest that it belongs to, or that it is
 * @names: (element-type LsReference): which images need it
 *
 * Returns: (transfer full): a problem
 */
LsStoreProblem *
ls_store_problem_new (LsStoreProblemKind kind, LsDescriptor *blob, LsDescriptor *owner,
                      GPtrArray *names)
{
  LsStoreProblem *self = g_object_new (LS_TYPE_STORE_PROBLEM, NULL);

  self->kind = kind;
  self->blob = ls_descriptor_ref (blob);
  self->owner = ls_descriptor_ref (owner);
  self->names = g_ptr_array_ref (names);

  return self;
}

/**
 * ls_store_problem_get_kind:
 * @self: a problem
 *
 * Returns: what is wrong
 */
LsStoreProblemKind
ls_store_problem_get_kind (LsStoreProblem *self)
{
  return self->kind;
}

/**
 * ls_store_problem_get_blob:
 * @self: a problem
 *
 * Returns: (transfer none): the blob
 */
LsDescriptor *
ls_store_problem_get_blob (LsStoreProblem *self)
{
  return self->blob;
}

/**
 * ls_store_problem_get_owner:
 * @self: a problem
 *
 * Returns: (transfer none): the manifest that the blob belongs to, or that it is
 */
LsDescriptor *
ls_store_problem_get_owner (LsStoreProblem *self)
{
  return self->owner;
}

/**
 * ls_store_problem_get_names:
 * @self: a problem
 *
 * Returns: (transfer none) (element-type LsReference): the images that need the blob;
 *   first those that are known to have come from a registry
 */
GPtrArray *
ls_store_problem_get_names (LsStoreProblem *self)
{
  return self->names;
}
