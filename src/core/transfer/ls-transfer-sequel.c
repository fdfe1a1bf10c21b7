/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-transfer-sequel.h"

#include "ls-transfer-private.h"

/**
 * ls_transfer_sequel_new:
 * @name: the name to push as
 * @account: (nullable): whom to push as; %NULL for the account that fits then
 * @content: the digest of what is to be pushed
 *
 * Returns: (transfer full): a push that waits for a pull
 */
LsTransferSequel *
ls_transfer_sequel_new (LsReference *name, const char *account, const char *content)
{
  LsTransferSequel *self = g_atomic_rc_box_new0 (LsTransferSequel);

  self->name = ls_reference_ref (name);
  self->account = g_strdup (account);
  self->content = g_strdup (content);

  return self;
}

/**
 * ls_transfer_sequel_ref:
 * @sequel: a sequel
 *
 * Returns: (transfer full): the same sequel
 */
LsTransferSequel *
ls_transfer_sequel_ref (LsTransferSequel *sequel)
{
  return g_atomic_rc_box_acquire (sequel);
}

static void
sequel_clear (gpointer data)
{
  LsTransferSequel *self = data;

  ls_reference_unref (self->name);
  g_free (self->account);
  g_free (self->content);
}

/**
 * ls_transfer_sequel_unref:
 * @sequel: (transfer full): a sequel
 */
void
ls_transfer_sequel_unref (LsTransferSequel *sequel)
{
  g_atomic_rc_box_release_full (sequel, sequel_clear);
}

/**
 * ls_transfer_get_sequels:
 * @self: a pull
 *
 * Returns: (transfer none) (element-type LsTransferSequel): what follows when it has
 *   succeeded
 */
GPtrArray *
ls_transfer_get_sequels (LsTransfer *self)
{
  return self->sequels;
}

/**
 * ls_transfer_add_sequel:
 * @self: a pull that is not finished
 * @sequel: what is to follow, in place of a push to the same name
 *
 * Has a push follow. Whoever watches the pull's queue does it.
 */
void
ls_transfer_add_sequel (LsTransfer *self, LsTransferSequel *sequel)
{
  for (guint i = self->sequels->len; i > 0; i--)
    {
      LsTransferSequel *former = self->sequels->pdata[i - 1];

      if (ls_reference_equal (former->name, sequel->name))
        g_ptr_array_remove_index (self->sequels, i - 1);
    }
  g_ptr_array_add (self->sequels, ls_transfer_sequel_ref (sequel));
}

/**
 * ls_transfer_take_sequels:
 * @self: a pull that is finished
 *
 * Returns: (transfer full) (element-type LsTransferSequel): what was to follow, which is
 *   the caller's business now
 */
GPtrArray *
ls_transfer_take_sequels (LsTransfer *self)
{
  GPtrArray *sequels = self->sequels;

  self->sequels = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_transfer_sequel_unref);

  return sequels;
}
