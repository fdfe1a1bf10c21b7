/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-hub-repository.h"

#include "ls-hub-repository-private.h"

struct _LsHubRepository
{
  GObject parent_instance;

  LsHubRepositoryFields fields;
};

enum
{
  PROP_0,
  PROP_NAME,
  PROP_DESCRIPTION,
  PROP_STAR_COUNT,
  PROP_PULL_COUNT,
  PROP_PULL_COUNT_TEXT,
  PROP_OFFICIAL,
  PROP_AUTOMATED,
  PROP_PUBLISHER,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (LsHubRepository, ls_hub_repository, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (LsHubPublisher, ls_hub_publisher,
                    G_DEFINE_ENUM_VALUE (LS_HUB_PUBLISHER_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (LS_HUB_PUBLISHER_OFFICIAL, "official"),
                    G_DEFINE_ENUM_VALUE (LS_HUB_PUBLISHER_VERIFIED, "verified"),
                    G_DEFINE_ENUM_VALUE (LS_HUB_PUBLISHER_OPEN_SOURCE, "open-source"))

static void
ls_hub_repository_finalize (GObject *object)
{
  LsHubRepository *self = LS_HUB_REPOSITORY (object);

  g_free (self->fields.name);
  g_free (self->fields.description);
  g_free (self->fields.pull_count_text);

  G_OBJECT_CLASS (ls_hub_repository_parent_class)->finalize (object);
}

static void
ls_hub_repository_get_property (GObject *object, guint property_id, GValue *value,
                                GParamSpec *pspec)
{
  LsHubRepository *self = LS_HUB_REPOSITORY (object);

  switch (property_id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->fields.name);
      break;
    case PROP_DESCRIPTION:
      g_value_set_string (value, self->fields.description);
      break;
    case PROP_STAR_COUNT:
      g_value_set_int64 (value, self->fields.star_count);
      break;
    case PROP_PULL_COUNT:
      g_value_set_int64 (value, self->fields.pull_count);
      break;
    case PROP_PULL_COUNT_TEXT:
      g_value_set_string (value, self->fields.pull_count_text);
      break;
    case PROP_OFFICIAL:
      g_value_set_boolean (value, ls_hub_repository_get_official (self));
      break;
    case PROP_AUTOMATED:
      g_value_set_boolean (value, self->fields.automated);
      break;
    case PROP_PUBLISHER:
      g_value_set_enum (value, self->fields.publisher);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ls_hub_repository_class_init (LsHubRepositoryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = ls_hub_repository_finalize;
  object_class->get_property = ls_hub_repository_get_property;

  /**
   * LsHubRepository:name:
   *
   * "ubuntu" for an official image, "user/app" for others.
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  /**
   * LsHubRepository:description:
   *
   * One line of plain text from its owner.
   */
  properties[PROP_DESCRIPTION] = g_param_spec_string ("description", NULL, NULL, NULL, flags);
  /**
   * LsHubRepository:star-count:
   *
   * How many people have starred it.
   */
  properties[PROP_STAR_COUNT] =
      g_param_spec_int64 ("star-count", NULL, NULL, 0, G_MAXINT64, 0, flags);
  /**
   * LsHubRepository:pull-count:
   *
   * How often it was pulled, at least; -1 where the source does not say.
   */
  properties[PROP_PULL_COUNT] =
      g_param_spec_int64 ("pull-count", NULL, NULL, -1, G_MAXINT64, -1, flags);
  /**
   * LsHubRepository:pull-count-text:
   *
   * How often it was pulled in the source's own short form ("1B+"), or %NULL.
   */
  properties[PROP_PULL_COUNT_TEXT] =
      g_param_spec_string ("pull-count-text", NULL, NULL, NULL, flags);
  /**
   * LsHubRepository:official:
   *
   * Whether it is a Docker official image.
   */
  properties[PROP_OFFICIAL] = g_param_spec_boolean ("official", NULL, NULL, FALSE, flags);
  /**
   * LsHubRepository:automated:
   *
   * Whether the source reports automated builds, which few still do.
   */
  properties[PROP_AUTOMATED] = g_param_spec_boolean ("automated", NULL, NULL, FALSE, flags);
  /**
   * LsHubRepository:publisher:
   *
   * The badge that Docker Hub gives it.
   */
  properties[PROP_PUBLISHER] = g_param_spec_enum ("publisher", NULL, NULL, LS_TYPE_HUB_PUBLISHER,
                                                  LS_HUB_PUBLISHER_NONE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ls_hub_repository_init (LsHubRepository *self)
{
}

/**
 * ls_hub_repository_new_take:
 * @fields: what is known; the strings are taken over
 *
 * Returns: (transfer full): a repository
 */
LsHubRepository *
ls_hub_repository_new_take (LsHubRepositoryFields *fields)
{
  LsHubRepository *self = g_object_new (LS_TYPE_HUB_REPOSITORY, NULL);

  self->fields = *fields;
  *fields = (LsHubRepositoryFields){ 0 };

  return self;
}

/**
 * ls_hub_repository_get_name:
 * @self: a repository
 *
 * Returns: (transfer none): "ubuntu" for an official image, "user/app" for others
 */
const char *
ls_hub_repository_get_name (LsHubRepository *self)
{
  g_return_val_if_fail (LS_IS_HUB_REPOSITORY (self), NULL);

  return self->fields.name;
}

/**
 * ls_hub_repository_get_description:
 * @self: a repository
 *
 * Returns: (transfer none): one line of plain text, perhaps empty
 */
const char *
ls_hub_repository_get_description (LsHubRepository *self)
{
  g_return_val_if_fail (LS_IS_HUB_REPOSITORY (self), NULL);

  return self->fields.description;
}

/**
 * ls_hub_repository_get_star_count:
 * @self: a repository
 *
 * Returns: how many people have starred it
 */
gint64
ls_hub_repository_get_star_count (LsHubRepository *self)
{
  g_return_val_if_fail (LS_IS_HUB_REPOSITORY (self), 0);

  return self->fields.star_count;
}

/**
 * ls_hub_repository_get_pull_count:
 * @self: a repository
 *
 * Returns: how often it was pulled, at least; -1 where the source does not say
 */
gint64
ls_hub_repository_get_pull_count (LsHubRepository *self)
{
  g_return_val_if_fail (LS_IS_HUB_REPOSITORY (self), -1);

  return self->fields.pull_count;
}

/**
 * ls_hub_repository_get_pull_count_text:
 * @self: a repository
 *
 * Returns: (nullable) (transfer none): how often it was pulled in the source's
 *   own short form ("1B+"); %NULL where it gives a plain number or nothing
 */
const char *
ls_hub_repository_get_pull_count_text (LsHubRepository *self)
{
  g_return_val_if_fail (LS_IS_HUB_REPOSITORY (self), NULL);

  return self->fields.pull_count_text;
}

/**
 * ls_hub_repository_get_official:
 * @self: a repository
 *
 * Returns: whether it is a Docker official image
 */
gboolean
ls_hub_repository_get_official (LsHubRepository *self)
{
  g_return_val_if_fail (LS_IS_HUB_REPOSITORY (self), FALSE);

  return self->fields.publisher == LS_HUB_PUBLISHER_OFFICIAL;
}

/**
 * ls_hub_repository_get_automated:
 * @self: a repository
 *
 * Returns: whether the source reports automated builds
 */
gboolean
ls_hub_repository_get_automated (LsHubRepository *self)
{
  g_return_val_if_fail (LS_IS_HUB_REPOSITORY (self), FALSE);

  return self->fields.automated;
}

/**
 * ls_hub_repository_get_publisher:
 * @self: a repository
 *
 * Returns: the badge that Docker Hub gives it
 */
LsHubPublisher
ls_hub_repository_get_publisher (LsHubRepository *self)
{
  g_return_val_if_fail (LS_IS_HUB_REPOSITORY (self), LS_HUB_PUBLISHER_NONE);

  return self->fields.publisher;
}
