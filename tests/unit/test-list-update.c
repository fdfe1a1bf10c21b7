/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-list-update.h"

/* A model that only holds what ls_list_update() gives it. */

#define TEST_TYPE_MODEL (test_model_get_type ())
G_DECLARE_FINAL_TYPE (TestModel, test_model, TEST, MODEL, GObject)

struct _TestModel
{
  GObject parent_instance;

  GPtrArray *items;
};

static GType
test_model_get_item_type (GListModel *model)
{
  return G_TYPE_OBJECT;
}

static guint
test_model_get_n_items (GListModel *model)
{
  return TEST_MODEL (model)->items->len;
}

static gpointer
test_model_get_item (GListModel *model, guint position)
{
  TestModel *self = TEST_MODEL (model);

  return position < self->items->len ? g_object_ref (g_ptr_array_index (self->items, position))
                                     : NULL;
}

static void
test_model_model_init (GListModelInterface *iface)
{
  iface->get_item_type = test_model_get_item_type;
  iface->get_n_items = test_model_get_n_items;
  iface->get_item = test_model_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestModel, test_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, test_model_model_init))

static void
test_model_finalize (GObject *object)
{
  g_ptr_array_unref (TEST_MODEL (object)->items);
  G_OBJECT_CLASS (test_model_parent_class)->finalize (object);
}

static void
test_model_class_init (TestModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_model_finalize;
}

static void
test_model_init (TestModel *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

/* What a view would show: it hears of changes only by the signal. */
typedef struct
{
  GPtrArray *shown;
  guint n_signals;
  guint n_touched;
} View;

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, View *view)
{
  view->n_signals++;
  view->n_touched += removed + added;

  if (removed > 0)
    g_ptr_array_remove_range (view->shown, position, removed);
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, position + i);

      g_assert_nonnull (item);
      g_ptr_array_insert (view->shown, position + i, item);
    }
  /* The model is in its new state when it says so. */
  g_assert_cmpuint (view->shown->len, ==, g_list_model_get_n_items (model));
}

static void
assert_same (GPtrArray *found, GPtrArray *wanted)
{
  g_assert_cmpuint (found->len, ==, wanted->len);
  for (guint i = 0; i < wanted->len; i++)
    g_assert_true (g_ptr_array_index (found, i) == g_ptr_array_index (wanted, i));
}

static void
test_few (void)
{
  static const struct
  {
    guint before; /* a bit for each of eight objects that are always in this order */
    guint after;
    guint n_signals;
    guint n_touched;
  } cases[] = {
    { 0x00, 0x00, 0, 0 }, { 0x00, 0xff, 1, 8 }, { 0xff, 0x00, 1, 8 }, { 0xff, 0xff, 0, 0 },
    { 0x0f, 0x1f, 1, 1 }, { 0x1f, 0x0f, 1, 1 }, { 0xfe, 0xff, 1, 1 }, { 0xff, 0xfe, 1, 1 },
    { 0xf7, 0xff, 1, 1 }, { 0xff, 0xf7, 1, 1 }, { 0x55, 0xff, 4, 4 }, { 0xff, 0x55, 4, 4 },
    { 0x0f, 0xf0, 1, 8 }, { 0x55, 0xaa, 1, 8 }, { 0x3c, 0x99, 2, 4 },
  };
  g_autoptr (GPtrArray) objects = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < 8; i++)
    g_ptr_array_add (objects, g_object_new (G_TYPE_OBJECT, NULL));

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TestModel) model = g_object_new (TEST_TYPE_MODEL, NULL);
      g_autoptr (GPtrArray) before = g_ptr_array_new ();
      g_autoptr (GPtrArray) after = g_ptr_array_new ();
      View view = { .shown = g_ptr_array_new () };

      for (guint bit = 0; bit < 8; bit++)
        {
          if (cases[i].before & (1 << bit))
            g_ptr_array_add (before, g_ptr_array_index (objects, bit));
          if (cases[i].after & (1 << bit))
            g_ptr_array_add (after, g_ptr_array_index (objects, bit));
        }

      g_signal_connect (model, "items-changed", G_CALLBACK (on_items_changed), &view);
      ls_list_update (G_LIST_MODEL (model), model->items, before);
      assert_same (view.shown, before);

      view.n_signals = view.n_touched = 0;
      ls_list_update (G_LIST_MODEL (model), model->items, after);
      assert_same (model->items, after);
      assert_same (view.shown, after);
      g_test_message ("%02x to %02x", cases[i].before, cases[i].after);
      g_assert_cmpuint (view.n_signals, ==, cases[i].n_signals);
      g_assert_cmpuint (view.n_touched, ==, cases[i].n_touched);

      g_ptr_array_unref (view.shown);
    }
}

static void
test_any (void)
{
  g_autoptr (GPtrArray) objects = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (TestModel) model = g_object_new (TEST_TYPE_MODEL, NULL);
  View view = { .shown = g_ptr_array_new () };

  for (guint i = 0; i < 40; i++)
    g_ptr_array_add (objects, g_object_new (G_TYPE_OBJECT, NULL));
  g_signal_connect (model, "items-changed", G_CALLBACK (on_items_changed), &view);

  for (guint round = 0; round < 500; round++)
    {
      g_autoptr (GPtrArray) wanted = g_ptr_array_new ();
      int share = g_test_rand_int_range (0, 101);

      for (guint i = 0; i < objects->len; i++)
        if (g_test_rand_int_range (0, 100) < share)
          g_ptr_array_add (wanted, g_ptr_array_index (objects, i));

      ls_list_update (G_LIST_MODEL (model), model->items, wanted);
      assert_same (model->items, wanted);
      assert_same (view.shown, wanted);
    }

  g_ptr_array_unref (view.shown);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/list-update/few", test_few);
  g_test_add_func ("/list-update/any", test_any);

  return g_test_run ();
}
