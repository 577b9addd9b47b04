"""The list of flows in a browser: found, made, duplicated, switched, deleted, brought in and out; the map."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, expect
from support_designer import Builder
from support_web import Person

pytestmark = pytest.mark.timeout(400)

GREETING = """id: greeting
name: Greeting
event: {card: manual}
cards:
  - {id: words, card: text.compose, inputs: {text: Dear colleague}}
"""

SECOND = GREETING.replace("greeting", "second-greeting").replace("Greeting", "Second greeting")

LATER = """id: from-later
name: From later
event: {card: manual}
cards:
  - {id: said, card: text.translate_later, inputs: {text: Hello, language: klingon}}
  - {id: words, card: text.compose, inputs: {text: Dear colleague}}
"""


def line(person: Person, name: str):
    return person.page.get_by_role("table", name="Flows").get_by_role("row", name=re.compile(re.escape(name)))


def act(person: Person, name: str, what: str) -> None:
    person.presses_in_menu(f"Actions for {name}", what)


def folder(person: Person, button: str, name: str) -> None:
    person.page.get_by_role("button", name=button, exact=True).click()
    person.page.get_by_role("dialog").get_by_label("Name", exact=True).fill(name)
    person.page.get_by_role("button", name="Make the folder").click()
    expect(person.page.get_by_role("navigation", name="Folders").get_by_role("link", name=name)).to_be_visible()


def in_folder(person: Person, name: str, what: str) -> None:
    person.page.get_by_role("button", name=f"Actions for the folder {name}", exact=True).click()
    person.page.get_by_role("menuitem", name=what, exact=True).click()


def test_flows_are_found_and_switched(person: Person) -> None:
    person.go("Flows")
    expect(line(person, "offboarding")).to_have_count(2)
    person.page.get_by_label("Search").fill("azure")  # what people call the app of its cards
    expect(line(person, "offboarding")).to_have_count(1)
    expect(line(person, "Office 365 offboarding")).to_contain_text("Azure AD")
    person.page.get_by_label("Search").fill("okta.user_suspended")
    expect(line(person, "offboarding")).to_have_count(0)
    expect(line(person, "Offboard suspended user")).to_contain_text("User Suspended")
    switch = person.page.get_by_role("switch", name="Offboard suspended user is on")
    expect(switch).to_be_checked()
    line(person, "Offboard suspended user").get_by_role("switch").press("Space")
    expect(switch).not_to_be_checked()
    line(person, "Offboard suspended user").get_by_role("switch").press("Space")
    expect(switch).to_be_checked()
    expect(switch).to_have_attribute("aria-busy", "false")  # other tests need it on
    person.page.reload()
    expect(switch).to_be_checked()


def test_a_flow_that_others_call_is_not_deleted_and_says_where(person: Person) -> None:
    person.go("Flows")
    act(person, "Office 365 offboarding", "Delete")
    dialog = person.page.get_by_role("dialog", name="Delete Office 365 offboarding?")
    where = dialog.get_by_role("list", name="Where it is used")
    expect(where.get_by_role("link", name="Offboard suspended user")).to_be_visible()
    expect(dialog.get_by_role("button", name="Delete")).to_have_count(0)
    person.looks("delete-in-use", dialog)
    where.get_by_role("link", name="Offboard suspended user").click()
    expect(person.page.get_by_role("heading", name="Offboard suspended user", level=1)).to_be_visible()


def of_a_newer_version(person: Person, builder: Builder) -> None:
    """A card that nobody knows here is shown, and kept as it is when the flow is changed and exported."""
    builder.open("From later")
    card = builder.card(1)
    expect(card).to_contain_text("This card is not known here")
    expect(card).to_contain_text("A newer Keyturn may have made it")
    expect(card).to_contain_text("klingon")
    expect(person.page.get_by_role("button", name="Publish")).to_be_disabled()
    assert not person.serious(card)
    builder.field(2, "Text").fill("Changed here")
    builder.saved()
    person.go("Flows")
    with person.page.expect_download() as downloading:
        act(person, "From later", "Export as YAML")
    exported = downloading.value.path().read_text(encoding="utf-8")
    assert "card: text.translate_later" in exported
    assert "klingon" in exported
    assert "Changed here" in exported


def test_a_flow_is_duplicated_exported_imported_and_deleted(person: Person, tmp_path: Path) -> None:
    builder = Builder(person)
    person.go("Flows")
    person.page.get_by_role("button", name="Actions for Office 365 offboarding", exact=True).click()
    expect(person.page.get_by_role("menu")).to_be_visible()
    assert not person.serious()
    person.page.keyboard.press("Escape")
    act(person, "Office 365 offboarding", "Duplicate")
    dialogue = person.page.get_by_role("dialog")
    dialogue.get_by_label("Name", exact=True).fill("Office twice")
    dialogue.get_by_role("button", name="Create").click()
    expect(person.page.get_by_role("heading", name="Office twice", level=1)).to_be_visible()
    expect(builder.card(2)).to_contain_text("Username")
    person.go("Flows")
    expect(line(person, "Office twice")).to_contain_text("Helper Flow")
    with person.page.expect_download() as downloading:
        act(person, "Office twice", "Export as YAML")
    file = tmp_path / "office.yaml"
    downloading.value.save_as(file)
    text = file.read_text(encoding="utf-8")
    assert "id: office-twice" in text
    broken = tmp_path / "broken.yaml"
    broken.write_text("id: x\nname: [", encoding="utf-8")
    newer = tmp_path / "newer.yaml"
    newer.write_text(text.replace("id: office-twice", "id: office-newer\nurgency: high"), encoding="utf-8")
    later = tmp_path / "later.yaml"
    later.write_text(LATER, encoding="utf-8")
    file.write_text(text.replace("office-twice", "office-thrice").replace("Office twice", "Office thrice"))
    with person.page.expect_file_chooser() as choosing:
        person.page.get_by_role("button", name="Import YAML").click()
    choosing.value.set_files([broken, newer, file, later])
    expect(person.page.get_by_text("broken.yaml was not imported")).to_be_visible()
    expect(person.page.get_by_text("If a newer Keyturn made it")).to_be_visible()
    person.reads_messages()
    expect(line(person, "Office thrice")).to_contain_text("not published yet")
    of_a_newer_version(person, builder)
    for name in ("Office twice", "Office thrice", "From later"):
        act(person, name, "Throw the draft away")
        asked = person.page.get_by_role("dialog")
        if name == "From later":
            assert not person.serious_in_both(asked)
        asked.get_by_role("button", name="Throw the draft away").click()
        expect(line(person, name)).to_have_count(0)


def test_the_map_shows_which_flow_calls_which(person: Person) -> None:
    person.go("Flows")
    person.page.get_by_role("link", name="Map").click()
    expect(person.page.get_by_role("list", name="Which flow calls which")).to_contain_text(
        "Offboard suspended user calls Google Workspace offboarding, Office 365 offboarding"
    )
    expect(person.page.get_by_label("Offboard suspended user calls Office 365 offboarding")).to_be_attached()
    expect(person.page.get_by_role("link", name="React Flow")).to_have_count(0)
    person.looks("flow-map")
    rail = person.page.get_by_role("navigation", name="Main")
    expect(rail.get_by_role("link", name="Flows")).to_have_attribute("aria-current", "page")
    person.page.get_by_role("link", name="Office 365 offboarding").first.press("Enter")
    expect(person.page.get_by_role("heading", name="Office 365 offboarding", level=1)).to_be_visible()


def test_the_map_tells_which_flows_are_off(person: Person) -> None:
    builder = Builder(person)
    builder.bring(GREETING.replace("greeting", "switched-off").replace("Greeting", "Switched off"))
    builder.publish()
    person.page.get_by_role("switch").press("Space")
    expect(person.page.get_by_text("v1, switched off")).to_be_visible()
    person.go("Flows")
    person.page.get_by_role("link", name="Map").click()
    alone = person.page.get_by_role("list", name="Neither call a flow nor are called")
    expect(alone.get_by_role("listitem").filter(has_text="Switched off")).to_contain_text(
        re.compile("Switched off off$")
    )


def test_flows_are_kept_in_folders(person: Person) -> None:
    page = person.page
    builder = Builder(person)
    builder.bring(GREETING)
    builder.publish()
    person.go("Flows")
    tree = page.get_by_role("navigation", name="Folders")
    folder(person, "New folder", "Leavers")
    in_folder(person, "Leavers", "New folder in it")
    page.get_by_role("dialog", name="New folder in Leavers").get_by_label("Name", exact=True).fill("Contractors")
    page.get_by_role("button", name="Make the folder").click()
    expect(tree.get_by_role("link", name="Contractors")).to_have_attribute("aria-current", "page")
    tree.get_by_role("link", name="All flows").click()
    person.drag(line(person, "Greeting"), tree.get_by_role("link", name="Contractors"))
    tree.get_by_role("link", name="Contractors").click()
    expect(line(person, "Greeting")).to_be_visible()
    expect(line(person, "offboarding")).to_have_count(0)
    person.looks("flows-folder")
    act(person, "Greeting", "Move to a folder")
    page.get_by_role("dialog").get_by_label("Folder").select_option(label="Leavers")
    page.get_by_role("button", name="Move it").click()
    expect(page.get_by_text("No flow is here.")).to_be_visible()
    in_folder(person, "Leavers", "Delete the folder")
    dialog = page.get_by_role("dialog", name="Delete Leavers?")
    where = dialog.get_by_role("list", name="Where it is used")
    for inside in ("Contractors", "Greeting"):
        expect(where.get_by_role("link", name=inside)).to_be_visible()
    expect(dialog.get_by_role("button", name="Delete the folder")).to_have_count(0)
    page.keyboard.press("Escape")
    counts_what_comes_in_and_goes(person)
    in_folder(person, "Contractors", "Rename")
    page.get_by_role("dialog").get_by_label("Name", exact=True).fill("Guests")
    page.get_by_role("button", name="Rename").click()
    person.drag(tree.get_by_role("link", name="Guests"), tree.get_by_role("link", name="In no folder"))
    expect(tree.get_by_role("button", name="Folders in Leavers")).to_have_count(0)
    page.get_by_label("Search").fill("colleague compose")
    expect(line(person, "Greeting")).to_contain_text("Found in: ")
    expect(line(person, "Greeting")).to_contain_text("Leavers")
    tree.get_by_role("link", name="Leavers").click()
    expect(line(person, "Greeting")).not_to_contain_text("Found in: ")
    act(person, "Greeting", "Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    tree.get_by_role("link", name="Guests").click()
    for name in ("Leavers", "Guests"):
        in_folder(person, name, "Delete the folder")
        page.get_by_role("dialog").get_by_role("button", name="Delete the folder").click()
        expect(page.get_by_role("alert").filter(has_text=f"The folder “{name}” was deleted.")).to_be_visible()
        expect(tree.get_by_role("link", name=name)).to_have_count(0)
    # nobody stays in a folder that is not there, and the keyboard goes on where it was
    expect(tree.get_by_role("link", name="All flows")).to_have_attribute("aria-current", "page")
    assert page.evaluate("document.activeElement !== document.body")
    makes_nothing_in_a_folder_that_is_not_there(person)


def counts_what_comes_in_and_goes(person: Person) -> None:
    """The number at a folder follows an import, and the keyboard stays in the list when a draft is thrown away."""
    page = person.page
    leavers = page.get_by_role("navigation", name="Folders").get_by_role("link", name=re.compile("^Leavers"))
    leavers.click()
    expect(leavers).to_have_text("Leavers1")
    file = FilePayload(name="second.yaml", mimeType="application/yaml", buffer=SECOND.encode())
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Import YAML").click()
    choosing.value.set_files(file)
    expect(leavers).to_have_text("Leavers2")
    act(person, "Second greeting", "Throw the draft away")
    page.get_by_role("dialog").get_by_role("button", name="Throw the draft away").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="“Second greeting” was thrown away")).to_be_visible()
    expect(leavers).to_have_text("Leavers1")
    expect(page.get_by_role("main").locator(":focus")).to_have_count(1)


def makes_nothing_in_a_folder_that_is_not_there(person: Person) -> None:
    """An address may name a folder that is gone: it is told, and a new flow is in none."""
    page = person.page
    page.goto(f"{person.demo.address}/flows?folder=nonsense")
    expect(page.get_by_text("There is no such folder. It may have been deleted.")).to_be_visible()
    page.get_by_role("button", name="New flow").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("Homeless")
    dialog.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name="Homeless", level=1)).to_be_visible()
    person.go("Flows")
    page.get_by_role("navigation", name="Folders").get_by_role("link", name="In no folder").click()
    expect(line(person, "Homeless")).to_be_visible()
    act(person, "Homeless", "Throw the draft away")
    page.get_by_role("dialog").get_by_role("button", name="Throw the draft away").click()
    expect(line(person, "Homeless")).to_have_count(0)


def test_the_palette_makes_things_and_does_what_the_designer_does(person: Person) -> None:
    page = person.page
    finding = page.get_by_role("combobox", name="Find anything")

    def find(words: str) -> None:
        page.keyboard.press("Control+k")
        finding.fill(words)
        page.keyboard.press("Enter")

    for words, form in (("new table", "New table"), ("connect an", "Connect an app"), ("new folder", "New folder")):
        find(words)
        expect(page.get_by_role("dialog", name=form)).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    find("new folder")
    page.get_by_role("dialog").get_by_label("Name", exact=True).fill("By palette")
    page.keyboard.press("Enter")
    here = page.get_by_role("navigation", name="Folders").get_by_role("link", name="By palette")
    expect(here).to_have_attribute("aria-current", "page")
    find("new flow")
    page.get_by_role("dialog").get_by_label("Name", exact=True).fill("Made by palette")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Made by palette", level=1)).to_be_visible()
    find("test")
    expect(page.get_by_role("tab", name="Test")).to_have_attribute("aria-selected", "true")
    find("publish")
    expect(page.get_by_text("v1 is live")).to_be_visible()
    person.go("Flows")
    here.click()
    expect(line(person, "Made by palette")).to_be_visible()


def test_the_list_is_for_everybody(person: Person) -> None:
    person.go("Flows")
    expect(line(person, "Offboard suspended user")).to_be_visible()
    person.looks("flows")
    person.page.get_by_role("button", name="Actions for Offboard suspended user").click()
    expect(person.page.get_by_role("menuitem", name="Duplicate")).to_be_visible()
    assert not person.serious(), "with a menu open"
