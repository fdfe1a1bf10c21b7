# SPDX-License-Identifier: GPL-3.0-or-later
"""The tour, one function a step, in the order of STEPS at the end.

The first line of each docstring is what the tour prints. Steps find widgets by
what they are called in the .ui files and by the text that a person reads.
"""

import time

import witness
from processes import run, wait_until
from robot import Look

# Bytes a second that come from Docker Hub's place.
FAST = 0
SLOW = 5 << 20  # time enough to look at a transfer
CRAWL = 1 << 20  # a transfer is still there when a person has made up his mind

SIDEBAR = Look(type="LsSidebar")
SIGN_IN = Look(type="LsSignInDialog")
PULL = Look(type="LsPullDialog")
NAME = Look(type="LsNameDialog")
DROP = Look(type="LsDropPopover")
SEARCH = Look(type="LsSearchPage")
ACCOUNT = Look(type="LsAccountPage")
TRANSFERS = Look(type="LsTransfersPanel")
PLATFORMS = Look(type="LsPlatformsDialog")
PREFERENCES = Look(type="LsPreferencesWindow")
DETAILS = Look(type="LsImageDetails")
IMAGES = Look(type="LsImagesView")

UBUNTU_24 = "docker.io/library/ubuntu:24.04"
UBUNTU_18 = "docker.io/library/ubuntu:18.04"


def place(name):
    return Look(type="LsPlaceRow", within=SIDEBAR, says=name)


def image_row(repository, tag):
    return Look(type="GtkListItemWidget", within=IMAGES, says=f"{repository}\n{tag}\n")


def typed(row, dialog):
    """Where the text of an entry row is typed."""
    return Look(type="GtkText", within=Look(id=row, within=dialog))


def button(label, within):
    return Look(type="GtkButton", says=label, within=within)


def menu_item(label):
    return Look(type="GtkModelButton", says=label)


def transfer(title, words):
    """A row of the transfers panel that has come to say something."""
    return Look(type="LsTransferRow", says=(title, words))


def undo(tour, what):
    """Presses Undo in the toast about something that was just done."""
    tour.robot.click(button("Undo", Look(type="AdwToastWidget", says=what)))


def choose(tour, row, item):
    """Chooses from the menu of a row, by the other mouse button."""
    tour.robot.click(row, button=3)
    tour.robot.click(menu_item(item))


def fill_sign_in(tour, registry, user, password):
    if registry:
        tour.robot.fill(typed("registry_row", SIGN_IN), registry)
    tour.robot.fill(typed("username_row", SIGN_IN), user)
    tour.robot.fill(typed("password_row", SIGN_IN), password)


# The steps.

def open_longshore(tour):
    """Open Longshore for the first time"""
    tour.program.start()
    tour.robot.see_text("No Images Yet")
    tour.robot.see(place("Docker Hub"))
    tour.picture("first-start")


def sign_in_with_a_wrong_password(tour):
    """Sign in with a wrong password: the dialog says so and keeps what was typed"""
    tour.robot.click(button("Sign In", SIDEBAR))
    tour.robot.see(SIGN_IN)
    fill_sign_in(tour, None, tour.hub_user, "not the password")
    tour.robot.key("Return")
    problem = tour.robot.see(Look(id="problem_label", within=SIGN_IN))
    tour.picture("sign-in-refused")
    user = tour.robot.see(typed("username_row", SIGN_IN))
    tour.check(user.text == tour.hub_user, "the dialog forgot the user name")
    tour.check("password" in problem.text.lower(), f"the dialog said only “{problem.text}”")
    tour.check(witness.secret(tour, witness.HUB_SERVER, tour.hub_user) is None,
               "a wrong password went into the keyring")


def sign_in(tour):
    """Sign in to Docker Hub"""
    tour.robot.fill(typed("password_row", SIGN_IN), tour.hub_password)
    tour.picture("sign-in")
    tour.robot.click(Look(id="sign_in_button", within=SIGN_IN))
    tour.robot.see_gone(SIGN_IN)
    tour.robot.see(place(tour.hub_user))
    tour.check(witness.secret(tour, witness.HUB_SERVER, tour.hub_user) == tour.hub_password,
               "secret-tool does not find the password under docker's attributes")
    tour.picture("signed-in")


def search(tour):
    """Search Docker Hub, and scroll for more"""
    tour.robot.click(place("Docker Hub"))
    tour.robot.fill(Look(type="GtkText", within=Look(id="entry", within=SEARCH)), "ubuntu")
    first = tour.robot.see(Look(type="LsSearchRow", says="ubuntu"))
    tour.check(first.says().startswith("ubuntu\n"), "the official image does not come first")
    time.sleep(0.3)
    tour.picture("search")
    # Only when the list has scrolled on does the second page of results come.
    tour.robot.scroll_to(Look(type="LsSearchRow", says="northwind/ubuntu-opencv"),
                         over=Look(id="stack", within=SEARCH), turns=60)
    tour.picture("search-more")


def search_refused(tour):
    """Search while Docker Hub refuses: what happened and what to do next"""
    tour.harbour.refuse("rate-limit")
    tour.robot.fill(Look(type="GtkText", within=Look(id="entry", within=SEARCH)), "debian")
    tour.robot.see(Look(type="LsSearchProblem"))
    tour.robot.see_text("Too Many Searches")
    tour.picture("search-refused")
    tour.harbour.refuse(None)
    tour.robot.fill(Look(type="GtkText", within=Look(id="entry", within=SEARCH)), "ubuntu")
    tour.robot.see(Look(type="LsSearchRow", says="ubuntu"))


def pull_from_search(tour):
    """Pull from the search, and watch the layers arrive"""
    tour.harbour.line.bytes_per_second = SLOW
    tour.robot.click(Look(id="pull_button", within=Look(type="LsSearchRow", says="ubuntu")))
    show_transfers(tour)
    expand(tour, "ubuntu:latest")
    tour.robot.see(Look(type="LsLayerRow", says="Downloading"))
    time.sleep(0.7)
    tour.picture("transfers")
    tour.robot.see(transfer("ubuntu:latest", "Downloaded newer image"), 60)
    tour.picture("pulled")
    tour.harbour.line.bytes_per_second = FAST


def show_transfers(tour):
    if not tour.robot.sees(TRANSFERS):
        tour.robot.click(Look(type="LsTransfersButton"))
        tour.robot.see(TRANSFERS)


def show_images(tour):
    tour.robot.click(place("Images"))
    tour.robot.see(IMAGES)


def expand(tour, title):
    """Opens the layers of a transfer, if they are not open."""
    row = Look(type="LsTransferRow", says=title)
    if not tour.robot.see(Look(id="expander", within=row)).value:
        tour.robot.click(Look(id="expander", within=row))


def pull_by_name(tour):
    """Pull by typing a name; what is here is not downloaded again"""
    for name, end in (("ubuntu:18.04", "Downloaded newer image"),
                      ("ubuntu:24.04", "Downloaded newer image"),
                      ("ubuntu:24.04", "Image is up to date")):
        show_images(tour)
        tour.robot.click(button("Pull", Look(type="LsImagesPage")))
        tour.robot.fill(typed("name_row", PULL), name)
        if name == "ubuntu:18.04":
            time.sleep(0.2)
            tour.picture("pull-dialog")
        tour.robot.key("Return")
        tour.robot.see_gone(PULL)
        show_transfers(tour)
        tour.robot.see(transfer(name, end), 60)
    show_images(tour)


def look_at_platforms(tour):
    """Look which platforms an image has, and what of them is here"""
    tour.robot.key("ctrl+p")
    tour.robot.fill(typed("name_row", PULL), "docker pull ubuntu:24.04")
    tour.robot.see_text("Understood as", within=PULL)
    tour.robot.click(Look(id="platforms_row", within=PULL))
    tour.robot.see(Look(type="LsPlatformRow", says=("this computer", "here already")))
    tour.robot.click(Look(id="all_row", within=PLATFORMS))
    tour.robot.see_text("to download", within=PLATFORMS)
    tour.picture("platforms")
    tour.robot.key("Escape")
    tour.robot.see_gone(PLATFORMS)
    tour.robot.key("Escape")
    tour.robot.see_gone(PULL)


def list_images(tour):
    """List the images, sort and filter them"""
    tour.robot.see(image_row("ubuntu", "24.04"))
    tour.robot.see(image_row("ubuntu", "18.04"))
    tour.picture("images")
    for name in (UBUNTU_24, UBUNTU_18):
        witness.whole_in_store(tour, name)

    header = Look(type="GtkColumnViewTitle", says="Size")
    tour.robot.click(header)
    tour.robot.click(header)
    time.sleep(0.2)
    sizes = [row.y for row in (tour.robot.see(image_row("ubuntu", tag))
                               for tag in ("24.04", "18.04"))]
    tour.robot.click(header)
    time.sleep(0.2)
    again = [row.y for row in (tour.robot.see(image_row("ubuntu", tag))
                               for tag in ("24.04", "18.04"))]
    tour.check((sizes[0] < sizes[1]) != (again[0] < again[1]),
               "a second click on a column's title does not turn the order around")

    tour.robot.key("ctrl+f")
    tour.robot.type("18.0")
    tour.robot.see_gone(image_row("ubuntu", "24.04"))
    tour.robot.see(image_row("ubuntu", "18.04"))
    tour.picture("filtered")
    tour.robot.key("Escape")
    tour.robot.see(image_row("ubuntu", "24.04"))
    tour.robot.click(image_row("ubuntu", "24.04"), times=2)
    tour.robot.see(DETAILS)
    time.sleep(0.2)
    tour.picture("details")
    tour.robot.key("Escape")
    tour.robot.see_gone(DETAILS)


def tag(tour):
    """Tag an image for the account that is signed in"""
    choose(tour, image_row("ubuntu", "18.04"), "Tag…")
    name = tour.robot.see(typed("name_row", NAME))
    tour.check(name.text == f"{tour.hub_user}/ubuntu:18.04",
               f"the name proposed is {name.text}")
    tour.picture("tag")
    tour.robot.fill(typed("name_row", NAME), f"{tour.hub_user}/Ubuntu:18.04")
    tour.robot.see(Look(id="message_label", within=NAME))
    tour.picture("tag-invalid")
    tour.robot.fill(typed("name_row", NAME), f"{tour.hub_user}/ubuntu:bionic")
    tour.robot.key("Return")
    tour.robot.see_gone(NAME)
    tour.robot.see(image_row(f"{tour.hub_user}/ubuntu", "bionic"))
    tour.check(witness.in_store(tour, f"docker.io/{tour.hub_user}/ubuntu:bionic")
               == witness.in_store(tour, UBUNTU_18), "the tag leads to another image")


def drop_on_nothing(tour):
    """Drag an image, and let go where it already is: nothing happens"""
    tour.robot.drag(image_row("ubuntu", "24.04"), place("Images"))
    time.sleep(0.5)
    tour.check(not tour.robot.sees(DROP), "this computer took an image of its own")


def push_by_dragging(tour):
    """Drag an image onto the account: it is tagged and pushed"""
    tour.robot.drag(image_row("ubuntu", "24.04"), place(tour.hub_user),
                    during=lambda: tour.picture("drag", rest=False))
    proposed = tour.robot.see(Look(type="GtkText", within=DROP, focus=True))
    tour.check(proposed.text == f"{tour.hub_user}/ubuntu:24.04",
               f"the name proposed is {proposed.text}")
    tour.picture("drop")
    tour.robot.click(Look(id="push_button", within=DROP))
    tour.robot.see_gone(DROP)
    show_transfers(tour)
    title = f"{tour.hub_user}/ubuntu:24.04"
    expand(tour, title)
    tour.robot.see(transfer(title, "Pushed"), 60)
    tour.picture("pushed")
    digest = witness.at_hub(tour, f"{tour.hub_user}/ubuntu:24.04")
    tour.check(digest == witness.in_store(tour, UBUNTU_24),
               "the registry has another digest than the store")
    show_images(tour)


def push_again(tour):
    """Push the same image again, by keyboard: every layer is there already"""
    tour.robot.click(image_row(f"{tour.hub_user}/ubuntu", "24.04"))
    tour.robot.key("ctrl+Return")
    tour.robot.see(NAME)
    tour.robot.key("Return")
    tour.robot.see_gone(NAME)
    show_transfers(tour)
    title = f"{tour.hub_user}/ubuntu:24.04"
    tour.robot.see(transfer(title, "The registry has this image already"), 60)
    expand(tour, title)
    tour.robot.see(Look(type="LsLayerRow", says="Layer already exists"))
    tour.picture("pushed-again")
    show_images(tour)


def sign_in_elsewhere(tour):
    """Sign in to a registry with a certificate by its own authority"""
    tour.robot.click(button("Sign In", SIDEBAR))
    fill_sign_in(tour, tour.harbour.private_name, tour.private_user, tour.private_password)
    tour.robot.key("Return")
    tour.robot.see_gone(SIGN_IN)
    tour.robot.see(place(tour.private_user))
    tour.check(witness.secret(tour, tour.harbour.private_name, tour.private_user)
               == tour.private_password, "secret-tool does not find the second password")
    tour.picture("two-registries")


def push_elsewhere(tour):
    """Push to the second registry by dragging"""
    tour.robot.drag(image_row("ubuntu", "18.04"), place(tour.private_user))
    proposed = tour.robot.see(Look(type="GtkText", within=DROP, focus=True))
    wanted = f"{tour.harbour.private_name}/{tour.private_user}/ubuntu:18.04"
    tour.check(proposed.text == wanted, f"the name proposed is {proposed.text}")
    tour.picture("drop-elsewhere")
    tour.robot.key("Return")
    tour.robot.see_gone(DROP)
    show_transfers(tour)
    tour.robot.see(transfer(wanted, "Pushed"), 60)
    show_images(tour)
    tour.check(witness.at_private(tour, f"{tour.private_user}/ubuntu:18.04")
               == witness.in_store(tour, UBUNTU_18),
               "the second registry has another digest than the store")


def follow_the_store(tour):
    """Another program adds an image to the store: the list follows"""
    run(["skopeo", "--insecure-policy", "copy", "--quiet", f"oci:{tour.store}:{UBUNTU_18}",
         f"oci:{tour.store}:docker.io/library/buildpack-deps:bionic"],
        env=tour.session.environment)
    tour.robot.see(image_row("buildpack-deps", "bionic"))
    tour.robot.see_gone(Look(type="AdwToastWidget"), 30)
    tour.picture("images-of-all-places")


def pull_it_back(tour):
    """Remove an image, undo, remove it, and pull it from the second registry"""
    name = f"{tour.harbour.private_name}/{tour.private_user}/ubuntu:18.04"
    row = image_row(f"{tour.harbour.private_name}/{tour.private_user}/ubuntu", "18.04")
    before = witness.in_store(tour, name)
    choose(tour, row, "Remove")
    tour.robot.see_gone(row)
    tour.picture("removed")
    undo(tour, name)
    tour.robot.see(row)
    choose(tour, row, "Remove")
    tour.robot.see_gone(row)
    tour.check(not witness.is_in_store(tour, name), "skopeo still finds the removed name")

    tour.robot.click(button("Pull", Look(type="LsImagesPage")))
    tour.robot.fill(typed("name_row", PULL), name)
    tour.robot.key("Return")
    tour.robot.see_gone(PULL)
    show_transfers(tour)
    tour.robot.see(transfer(name, "Downloaded newer image"), 60)
    show_images(tour)
    tour.robot.see(row)
    tour.check(witness.in_store(tour, name) == before, "it came back with another digest")
    tour.check(witness.in_store(tour, name)
               == witness.at_private(tour, f"{tour.private_user}/ubuntu:18.04"),
               "store and registry have different digests")


def copy_digest(tour):
    """Copy the digest of an image"""
    choose(tour, image_row("ubuntu", "24.04"), "Copy Digest")
    wait_until(lambda: tour.robot.clipboard().strip() == witness.in_store(tour, UBUNTU_24),
               "the digest on the clipboard")


def get_help(tour):
    """Look up the keyboard shortcuts, and who made this"""
    tour.robot.key("ctrl+question")
    tour.robot.see(Look(type="GtkShortcutsWindow"))
    time.sleep(0.3)
    tour.picture("shortcuts", whole=True)
    tour.robot.key("Escape")
    tour.robot.see_gone(Look(type="GtkShortcutsWindow"))
    tour.robot.key("F10")
    tour.robot.click(menu_item("About Longshore"))
    tour.robot.see(Look(type="AdwAboutWindow"))
    time.sleep(0.3)
    tour.picture("about")
    tour.robot.key("Escape")
    tour.robot.see_gone(Look(type="AdwAboutWindow"))


def set_preferences(tour):
    """Set how many transfers run at the same time"""
    tour.robot.key("ctrl+comma")
    tour.robot.fill(Look(type="GtkText", within=Look(id="transfers_spin", within=PREFERENCES)), "4")
    tour.robot.key("Return")
    time.sleep(0.2)
    tour.picture("preferences")
    tour.robot.key("Escape")
    tour.robot.see_gone(PREFERENCES)
    settings = tour.session.config / "glib-2.0" / "settings" / "keyfile"
    wait_until(lambda: settings.exists() and "max-transfers=" in settings.read_text(),
               "the settings to be kept")


def sign_out(tour):
    """Sign out, undo, and sign out again: the keyring forgets the password"""
    for keep in (True, False):
        tour.robot.click(place(tour.private_user))
        tour.robot.see(ACCOUNT)
        if keep:
            tour.picture("account")
        tour.robot.click(Look(id="sign_out_button", within=ACCOUNT))
        tour.robot.see_gone(place(tour.private_user))
        wait_until(lambda: witness.secret(tour, tour.harbour.private_name, tour.private_user)
                   is None, "the keyring to forget")
        if keep:
            tour.robot.see(Look(type="AdwToastWidget", says=tour.private_user))
            tour.picture("signed-out")
            undo(tour, tour.private_user)
            tour.robot.see(place(tour.private_user))
            wait_until(lambda: witness.secret(
                tour, tour.harbour.private_name, tour.private_user) == tour.private_password,
                "the keyring to have the password back")


def push_signed_out(tour):
    """Push to a registry that nobody is signed in to: first the sign-in, then the push"""
    show_images(tour)
    name = f"{tour.harbour.private_name}/{tour.private_user}/ubuntu"
    choose(tour, image_row(name, "18.04"), "Push…")
    tour.robot.see(NAME)
    tour.robot.fill(typed("name_row", NAME), f"{name}:18.04")
    tour.robot.key("Return")
    tour.robot.see(SIGN_IN)
    registry = tour.robot.see(typed("registry_row", SIGN_IN))
    tour.check(registry.text == tour.harbour.private_name,
               f"the dialog is for {registry.text}")
    tour.picture("sign-in-to-push")
    fill_sign_in(tour, None, tour.private_user, tour.private_password)
    tour.robot.key("Return")
    tour.robot.see_gone(SIGN_IN)
    tour.robot.see(place(tour.private_user))
    show_transfers(tour)
    tour.robot.see(transfer(f"{name}:18.04", "The registry has this image already"), 60)


def push_denied(tour):
    """Push to where the account may not: what can be done about it"""
    show_images(tour)
    choose(tour, image_row("ubuntu", "24.04"), "Push…")
    tour.robot.see(NAME)
    tour.robot.fill(typed("name_row", NAME), "somebody/ubuntu:24.04")
    tour.robot.key("Return")
    tour.robot.see_gone(NAME)
    show_transfers(tour)
    row = Look(type="LsTransferRow", says="somebody/ubuntu:24.04")
    tour.robot.see(Look(type="GtkButton", id="retry_button", within=row))
    tour.check("“somebody/ubuntu:24.04”" in tour.robot.see(row).says(),
               "it does not say what the account may not push to")
    tour.picture("push-denied")
    show_images(tour)


def quit_during_a_transfer(tour):
    """Pause a pull, resume it, and quit meanwhile: Longshore asks"""
    show_images(tour)
    tour.harbour.line.bytes_per_second = CRAWL
    tour.robot.click(button("Pull", Look(type="LsImagesPage")))
    tour.robot.fill(typed("name_row", PULL), "ubuntu:26.04")
    tour.robot.key("Return")
    tour.robot.see_gone(PULL)
    show_transfers(tour)
    row = transfer("ubuntu:26.04", "Downloading")
    tour.robot.see(row)
    tour.robot.click(Look(id="pause_button", within=row))
    tour.robot.see(transfer("ubuntu:26.04", "Paused"))
    tour.picture("paused")
    choose(tour, transfer("ubuntu:26.04", "Paused"), "Resume")
    tour.robot.see(row)
    show_images(tour)
    tour.robot.key("ctrl+q")
    tour.robot.see(Look(type="AdwMessageDialog"))
    tour.picture("quit")
    tour.robot.key("Escape")
    tour.robot.see_gone(Look(type="AdwMessageDialog"))
    tour.check(not tour.program.ended(), "Longshore quit although it was told not to")


def closed_by_force(tour):
    """End it by force in the middle of the pull: the next start shows no half image"""
    tour.program.note_memory()
    tour.program.kill()
    tour.harbour.line.bytes_per_second = FAST
    tour.program.start()
    tour.robot.see(image_row("ubuntu", "24.04"))
    tour.robot.see(place(tour.hub_user))
    tour.check(not tour.robot.sees(image_row("ubuntu", "26.04")), "half an image shows")
    for name in (UBUNTU_24, UBUNTU_18):
        witness.whole_in_store(tour, name)


def quit_longshore(tour):
    """Quit"""
    tour.program.note_memory()
    tour.robot.key("ctrl+q")
    tour.program.wait_for_end()


def quit_from_the_transfers(tour):
    """Quit with the keyboard in the list of transfers"""
    tour.robot.click(button("Pull", Look(type="LsImagesPage")))
    tour.robot.fill(typed("name_row", PULL), "ubuntu:24.04")
    tour.robot.key("Return")
    tour.robot.see_gone(PULL)
    show_transfers(tour)
    tour.robot.see(transfer("ubuntu:24.04", "Image is up to date"), 60)
    expand(tour, "ubuntu:24.04")
    quit_longshore(tour)


def dark(tour):
    """Look at it in the dark style"""
    tour.program.start({"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"})
    tour.robot.see(image_row("ubuntu", "24.04"))
    tour.picture("dark")
    tour.robot.click(place("Docker Hub"))
    tour.robot.fill(Look(type="GtkText", within=Look(id="entry", within=SEARCH)), "ubuntu")
    tour.robot.see(Look(type="LsSearchRow", says="ubuntu"))
    tour.picture("dark-search")
    quit_longshore(tour)


def high_contrast(tour):
    """Look at it in high contrast"""
    tour.program.start({"ADW_DEBUG_HIGH_CONTRAST": "1"})
    tour.robot.see(image_row("ubuntu", "24.04"))
    tour.picture("high-contrast")
    quit_longshore(tour)


def large_text(tour):
    """Look at it with text of twice the size"""
    tour.session.set_text_scale(2)
    tour.program.start()
    tour.robot.see_text("ubuntu:24.04", within=IMAGES)
    tour.picture("large-text")
    tour.robot.click(place("Docker Hub"))
    tour.robot.fill(Look(type="GtkText", within=Look(id="entry", within=SEARCH)), "ubuntu")
    tour.robot.see(Look(type="LsSearchRow", says="ubuntu"))
    tour.picture("large-text-search")
    quit_longshore(tour)
    tour.session.set_text_scale(1)


def narrow(tour):
    """Look at it 360 pixels wide: one pane, with a way back"""
    tour.program.start()
    tour.robot.see(IMAGES)
    tour.robot.resize(360, 640)
    tour.robot.see_text("ubuntu:24.04", within=IMAGES)
    time.sleep(0.3)
    tour.picture("narrow-images")
    tour.robot.click(Look(type="LsBackButton"))
    tour.robot.settle(place("Docker Hub"))
    tour.picture("narrow-places")
    tour.robot.click(place("Docker Hub"))
    tour.robot.fill(Look(type="GtkText", within=Look(id="entry", within=SEARCH)), "ubuntu")
    tour.robot.see(Look(type="LsSearchRow", says="ubuntu"))
    tour.picture("narrow-search")
    tour.robot.resize(960, 640)
    quit_longshore(tour)


def chinese(tour):
    """Look at it in Chinese"""
    tour.program.start(tour.session.chinese_environment())
    tour.robot.see_text("镜像")
    tour.picture("zh_CN-images")
    tour.robot.click(place("Docker Hub"))
    tour.robot.fill(Look(type="GtkText", within=Look(id="entry", within=SEARCH)), "ubuntu")
    tour.robot.see(Look(type="LsSearchRow", says="ubuntu"))
    tour.picture("zh_CN-search")
    tour.robot.click(Look(type="GtkButton", within=SIDEBAR, classes="flat sign-in-button"))
    tour.robot.see(SIGN_IN)
    time.sleep(0.3)
    tour.picture("zh_CN-sign-in")
    tour.robot.key("Escape")
    tour.robot.see_gone(SIGN_IN)
    quit_longshore(tour)


def without_a_keyring(tour):
    """Sign in where there is no keyring: for this session only"""
    tour.session.stop_keyring()
    tour.program.start()
    tour.robot.see(image_row("ubuntu", "24.04"))
    time.sleep(0.5)
    tour.picture("no-keyring")
    tour.check(not tour.robot.sees(place(tour.hub_user)), "an account without a keyring")
    tour.robot.click(button("Sign In", SIDEBAR))
    fill_sign_in(tour, None, tour.hub_user, tour.hub_password)
    tour.robot.key("Return")
    tour.robot.see(Look(id="session_only_button", within=SIGN_IN))
    tour.picture("no-keyring-sign-in")
    tour.robot.click(Look(id="session_only_button", within=SIGN_IN))
    tour.robot.see_gone(SIGN_IN)
    tour.robot.see(place(tour.hub_user))
    quit_longshore(tour)
    tour.program.start()
    tour.robot.see(image_row("ubuntu", "24.04"))
    tour.check(not tour.robot.sees(place(tour.hub_user)), "the account outlived the session")
    quit_longshore(tour)


def look_for_secrets(tour):
    """Look for the passwords in every file of the home and the logs"""
    found = witness.files_with_secrets(tour)
    tour.check(not found, f"a password is in {', '.join(found)}")


def look_for_complaints(tour):
    """Look for warnings in Longshore's log"""
    complaints = tour.program.complaints()
    tour.check(not complaints, "the log has warnings: " + " | ".join(complaints[:3]))


STEPS = (
    open_longshore,
    sign_in_with_a_wrong_password,
    sign_in,
    search,
    search_refused,
    pull_from_search,
    pull_by_name,
    look_at_platforms,
    list_images,
    tag,
    drop_on_nothing,
    push_by_dragging,
    push_again,
    sign_in_elsewhere,
    push_elsewhere,
    follow_the_store,
    pull_it_back,
    copy_digest,
    get_help,
    set_preferences,
    sign_out,
    push_signed_out,
    push_denied,
    quit_during_a_transfer,
    closed_by_force,
    quit_from_the_transfers,
    dark,
    high_contrast,
    large_text,
    narrow,
    chinese,
    without_a_keyring,
    look_for_secrets,
    look_for_complaints,
)
