/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ls-push.h"

#include "ls-dialogs.h"
#include "ls-error.h"
#include "ls-partly-held.h"
#include "ls-reference-text.h"
#include "ls-safe-text.h"
#include "ls-sign-in-dialog.h"
#include "ls-toast.h"

#include <glib/gi18n.h>

#define MAX_NAME_CHARS 120

typedef struct
{
  LsContext *context;
  LsImage *image;
  LsReference *name;
  LsAccount *account;          /* (nullable) */
  LsPlatformChoice *platforms; /* (nullable): what of it, where only a part is here */
} Push;

static void
push_free (Push *push)
{
  g_object_unref (push->context);
  g_object_unref (push->image);
  ls_reference_unref (push->name);
  g_clear_object (&push->account);
  g_clear_pointer (&push->platforms, ls_platform_choice_unref);
  g_free (push);
}

static void start_push (GTask *task);

static void
signed_in_cb (GtkWidget *dialog, LsAccount *account, gpointer user_data)
{
  GTask *task = G_TASK (user_data);
  Push *push = g_task_get_task_data (task);

  g_set_object (&push->account, account);
}

static void
sign_in_closed_cb (GtkWidget *dialog, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Push *push = g_task_get_task_data (task);

  if (push->account == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Nobody signed in");
  else
    start_push (g_steal_pointer (&task));
}

static void
ask_to_sign_in (GTask *task)
{
  GtkWindow *parent = g_task_get_source_object (task);
  Push *push = g_task_get_task_data (task);
  LsSignInDialog *dialog =
      ls_sign_in_dialog_new (push->context, ls_reference_get_registry (push->name));

  g_signal_connect_object (dialog, "signed-in", G_CALLBACK (signed_in_cb), task, 0);
  g_signal_connect (dialog, "destroy", G_CALLBACK (sign_in_closed_cb), task);
  ls_present_dialog (GTK_WINDOW (dialog), parent);
}

static void
pushed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Push *push = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (LsTransfer) transfer = ls_context_push_finish (LS_CONTEXT (object), result, &error);

  if (transfer != NULL)
    g_task_return_pointer (task, g_steal_pointer (&transfer), g_object_unref);
  else if (g_error_matches (error, LS_ERROR, LS_ERROR_UNAUTHORIZED) && push->account == NULL)
    ask_to_sign_in (g_steal_pointer (&task));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
start_push (GTask *task)
{
  Push *push = g_task_get_task_data (task);

  ls_context_push_platforms_async (push->context, push->image, push->name, push->account,
                                   push->platforms, pushed_cb, task);
}

/* Below the dialogs, where the actions are. */
static GtkWindow *
find_main_window (GtkWindow *window)
{
  while (gtk_window_get_transient_for (window) != NULL)
    window = gtk_window_get_transient_for (window);

  return window;
}

static void
say (GtkWindow *window, const char *text)
{
  GtkWidget *content = ADW_IS_APPLICATION_WINDOW (window)
                           ? adw_application_window_get_content (ADW_APPLICATION_WINDOW (window))
                           : gtk_window_get_child (window);

  ls_toast_say (content, text);
}

static char *
show_name (LsReference *name)
{
  g_autofree char *text = ls_reference_to_string (name);

  return ls_safe_text (text, MAX_NAME_CHARS);
}

static void
followed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LsTransfer) transfer = ls_push_finish (GTK_WINDOW (object), result, &error);

  if (transfer == NULL)
    ls_show_error (GTK_WINDOW (object), _ ("The Image Was Not Pushed"), error);
}

/* As whom the user wanted it. One who has signed out meanwhile is asked for again. */
static void
follow (GtkWindow *window, LsContext *context, LsImage *image, LsTransferSequel *sequel)
{
  GTask *task = g_task_new (window, NULL, followed_cb, NULL);
  Push *push = g_new0 (Push, 1);

  push->context = g_object_ref (context);
  push->image = g_object_ref (image);
  push->name = ls_reference_ref (sequel->name);
  if (sequel->account != NULL)
    g_set_object (&push->account,
                  ls_account_list_find (ls_context_get_accounts (context),
                                        ls_reference_get_registry (sequel->name), sequel->account));
  g_task_set_source_tag (task, ls_push_async);
  g_task_set_task_data (task, push, (GDestroyNotify) push_free);

  if (sequel->account != NULL && push->account == NULL)
    ask_to_sign_in (task);
  else
    start_push (task);
}

static void
conclude (GtkWindow *window, LsContext *context, LsTransfer *pull, LsTransferSequel *sequel)
{
  LsReference *pulled = ls_transfer_get_name (pull);
  LsImage *image = ls_image_list_find (ls_context_get_images (context), pulled);
  g_autofree char *name = show_name (pulled);
  g_autofree char *text = NULL;

  if (ls_transfer_get_state (pull) != LS_TRANSFER_SUCCEEDED)
    /* Translators: %s is the name of an image. */
    text = g_strdup_printf (_ ("Not pushed, as the rest of %s was not pulled"), name);
  else if (image == NULL || g_strcmp0 (ls_transfer_get_digest (pull), sequel->content) != 0)
    /* Translators: %s is the name of an image. */
    text = g_strdup_printf (_ ("Not pushed, as %s leads to another image by now"), name);

  if (text != NULL)
    say (window, text);
  else
    follow (window, context, image, sequel);
}

/**
 * ls_push_follow:
 * @window: the main window
 * @context: what to push with
 * @transfer: a transfer that is finished
 *
 * Does what was to follow @transfer, or says why it does not: the user was asked about
 * that in this run of the program or in an earlier one.
 */
void
ls_push_follow (GtkWindow *window, LsContext *context, LsTransfer *transfer)
{
  g_autoptr (GPtrArray) sequels = ls_context_take_sequels (context, transfer);

  for (guint i = 0; i < sequels->len; i++)
    conclude (window, context, transfer, sequels->pdata[i]);
}

static void
pulled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GtkWindow *window = find_main_window (g_task_get_source_object (task));
  Push *push = g_task_get_task_data (task);
  GError *error = NULL;
  LsTransfer *pull = ls_context_pull_finish (LS_CONTEXT (object), result, &error);
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  g_autoptr (LsTransferSequel) sequel = NULL;

  if (pull == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  sequel = ls_transfer_sequel_new (
      push->name, push->account != NULL ? ls_account_get_username (push->account) : NULL,
      ls_image_get_digest (push->image));
  ls_context_push_after (push->context, pull, sequel);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.show-transfers", NULL);
  name = show_name (ls_image_get_name (push->image));
  /* Translators: %s is the name of an image. */
  text = g_strdup_printf (_ ("%s is pushed when the rest of it is here"), name);
  say (window, text);
  g_task_return_pointer (task, pull, g_object_unref);
}

static void
pull_first (GTask *task)
{
  Push *push = g_task_get_task_data (task);
  g_autoptr (LsPlatformChoice) all = ls_platform_choice_new_all ();

  ls_context_pull_platforms_async (push->context, ls_image_get_name (push->image), all, pulled_cb,
                                   task);
}

static void
asked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Push *push = g_task_get_task_data (task);

  switch (ls_partly_held_ask_finish (GTK_WINDOW (object), result))
    {
    case LS_PARTLY_HELD_PUSH:
      push->platforms = ls_partly_held_get_choice (push->image);
      start_push (g_steal_pointer (&task));
      return;
    case LS_PARTLY_HELD_PULL:
      pull_first (g_steal_pointer (&task));
      return;
    case LS_PARTLY_HELD_CANCEL:
    default:
      break;
    }

  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Not all of it is here");
}

/* What a dialog was opened with is old when the rest was pulled meanwhile. The name may
 * lead to something else by now, which is not what was asked for. */
static LsImage *
find_current (LsContext *context, LsImage *image)
{
  LsImage *current =
      ls_image_list_find (ls_context_get_images (context), ls_image_get_name (image));

  return current != NULL
                 && g_strcmp0 (ls_image_get_digest (current), ls_image_get_digest (image)) == 0
             ? current
             : image;
}

/**
 * ls_push_async:
 * @parent: the window that the user works in
 * @context: what to push with
 * @image: an image on this computer
 * @name: the name to push it as
 * @account: (nullable): who pushes; %NULL for the account that fits @name
 * @callback: called when the push is in the queue, or is not going to be
 * @user_data: for @callback
 *
 * Pushes @image. Where nobody is signed in, it opens the sign-in dialog for the
 * registry of @name and goes on when the user has signed in there. Where only some
 * platforms of an index are here, it asks what to do; when that is to pull the rest
 * first, the push follows when the pull has succeeded.
 */
void
ls_push_async (GtkWindow *parent, LsContext *context, LsImage *image, LsReference *name,
               LsAccount *account, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Push *push;

  g_return_if_fail (GTK_IS_WINDOW (parent));
  g_return_if_fail (LS_IS_CONTEXT (context));
  g_return_if_fail (LS_IS_IMAGE (image));
  g_return_if_fail (name != NULL);

  push = g_new0 (Push, 1);
  push->context = g_object_ref (context);
  push->image = g_object_ref (find_current (context, image));
  push->name = ls_reference_ref (name);
  g_set_object (&push->account, account);

  task = g_task_new (parent, NULL, callback, user_data);
  g_task_set_source_tag (task, ls_push_async);
  g_task_set_task_data (task, push, (GDestroyNotify) push_free);

  if (ls_image_is_index (push->image) && !ls_image_is_whole (push->image))
    ls_partly_held_ask_async (parent, push->image, asked_cb, task);
  else
    start_push (task);
}

/**
 * ls_push_finish:
 * @parent: the window that the user works in
 * @result: what the callback was given
 * @error: return location for an error of %LS_ERROR, or %G_IO_ERROR_CANCELLED
 *   when the user did not sign in
 *
 * Returns: (transfer full): the push, or the pull that comes before it
 */
LsTransfer *
ls_push_finish (GtkWindow *parent, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, parent), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_push_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * ls_push_find_account:
 * @context: what to push with
 * @name: the name to push as
 * @preferred: (nullable): the account that the user chose
 *
 * Returns: (transfer none) (nullable): @preferred where it is at the registry of
 *   @name, else an account that is
 */
LsAccount *
ls_push_find_account (LsContext *context, LsReference *name, LsAccount *preferred)
{
  const char *registry = ls_reference_get_registry (name);

  if (preferred != NULL && g_strcmp0 (ls_account_get_registry (preferred), registry) == 0)
    return preferred;

  return ls_account_list_find (ls_context_get_accounts (context), registry, NULL);
}

/**
 * ls_push_describe:
 * @name: the name to push as
 * @account: (nullable): who pushes
 *
 * Returns: (transfer full): a sentence on where the push goes and as whom
 */
char *
ls_push_describe (LsReference *name, LsAccount *account)
{
  const char *registry = ls_registry_title (ls_reference_get_registry (name));

  if (account == NULL)
    /* Translators: %s is a registry, as in “Docker Hub” */
    return g_strdup_printf (_ ("You are not signed in to %s yet."), registry);

  if (ls_reference_is_docker_hub (name)
      && g_str_has_prefix (ls_reference_get_repository (name), "library/"))
    /* Translators: %s is a user name. */
    return g_strdup_printf (_ ("Names without a user are official images, which only Docker "
                               "pushes. Begin the name with “%s/”."),
                            ls_account_get_username (account));

  /* Translators: the first %s is a registry, as in “Docker Hub”, the second a user name */
  return g_strdup_printf (_ ("Goes to %1$s as %2$s."), registry, ls_account_get_username (account));
}
