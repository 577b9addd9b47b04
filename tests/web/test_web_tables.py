"""Tables in a browser: made, filled by keyboard, refused at the cell, filtered, brought in and out, and large."""

from __future__ import annotations

import re
from contextlib import nullcontext
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from support_designer import Builder
from support_web import PHONE, Person

pytestmark = pytest.mark.timeout(400)

MANY = 20_000
ROWS = re.compile("/rows/")
ASKS = "!window.dispatchEvent(new Event('beforeunload', {cancelable: true}))"
PASTES = """said => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", said);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""
COUNTS = """id: count-leavers
name: Count leavers
event: {card: manual}
cards: [{id: all, card: table.count_rows, inputs: {table: leavers}}]
"""


def cell(grid: Locator, row: int, column: int) -> Locator:
    """A cell by the number before its row and that of its column, from 1."""
    chosen = grid.page.get_by_role("checkbox", name=f"Choose row {row}", exact=True)
    return grid.get_by_role("row").filter(has=chosen).get_by_role("gridcell").nth(column - 1)


def make(person: Person, name: str) -> Locator:
    """Make a table of logins and numbers; its grid."""
    page = person.page
    person.go("Tables")
    page.get_by_role("button", name="New table").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill(name)
    dialog.get_by_label("Name of column 1").fill("Login")
    dialog.get_by_label("Column 1 has no value twice").check()
    dialog.get_by_role("button", name="Add a column").click()
    dialog.get_by_label("Name of column 2").fill("Days")
    dialog.get_by_label("Type of column 2").select_option("number")
    if name == "Exceptions":
        person.looks("table-form", dialog)
    dialog.get_by_role("button", name="Make the table").click()
    grid = page.get_by_role("grid", name=name)
    expect(grid).to_be_visible()
    return grid


def fill(person: Person, grid: Locator, row: int, login: str, days: str) -> None:
    """Add a row and type into it, by keyboard from then on."""
    person.page.get_by_role("button", name="Add a row").click()
    expect(cell(grid, row, 1)).to_be_focused()
    person.page.keyboard.type(login)
    person.page.keyboard.press("Tab")
    person.page.keyboard.type(days)
    person.page.keyboard.press("Enter")


def waits_until_saved(person: Person, changed: Locator, elsewhere: Locator) -> None:
    """Who goes elsewhere while a cell is being saved gets there when it is."""
    page = person.page
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(ROWS, hold, times=1)
    changed.click()
    page.keyboard.type("ben")
    with page.expect_request(ROWS):
        page.keyboard.press("Enter")
    elsewhere.click()
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(page.get_by_role("heading", name="Exceptions")).to_be_visible()
    assert page.evaluate(ASKS)
    held.pop().continue_()
    expect(page.get_by_role("heading", name="Home", level=1)).to_be_visible()
    page.go_back()
    expect(changed).to_have_text("ben")


def test_a_table_is_filled_by_keyboard_and_what_does_not_fit_is_told_at_the_cell(person: Person) -> None:
    page, grid = person.page, make(person, "Exceptions")
    fill(person, grid, 1, "ada", "30")
    expect(cell(grid, 1, 2)).to_have_text("30")
    fill(person, grid, 2, "bob", "many")
    refused = cell(grid, 2, 2)
    expect(refused).to_have_attribute("aria-invalid", "true")
    expect(refused.get_by_role("alert")).to_contain_text("is no number.")
    person.looks("table-refused")
    home = page.get_by_role("navigation", name="Main").get_by_role("link", name="Home")
    home.click()
    asked = page.get_by_role("dialog", name="Leave without what is not saved?")
    asked.get_by_role("button", name="Cancel").click()
    refused.click()
    page.keyboard.press("F2")
    page.keyboard.press("Control+a")
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    expect(refused).to_have_text("7")

    page.keyboard.press("Home")
    page.keyboard.type("ada")
    page.keyboard.press("Enter")
    twice = cell(grid, 2, 1)
    expect(twice.get_by_role("alert")).to_contain_text("Another row has this value already")
    page.keyboard.press("Escape")
    expect(twice).to_have_text("bob")
    page.keyboard.type("bert")
    # what is shown at once has reached the server, too
    with page.expect_response(ROWS):
        page.keyboard.press("Enter")
    expect(twice).to_have_text("bert")
    with page.expect_response(ROWS):
        page.keyboard.press("Control+z")
    expect(twice).to_have_text("bob")
    expect(twice).not_to_have_attribute("aria-busy", "true")
    assert not page.evaluate(ASKS)
    page.keyboard.type("bea")
    assert page.evaluate(ASKS)  # closing the tab ends editing, and what was typed is on its way
    expect(twice).not_to_have_attribute("aria-busy", "true")
    page.reload()
    expect(twice).to_have_text("bea")

    waits_until_saved(person, twice, home)
    person.forgive("409", "422")


def stays_with_its_row(person: Person, grid: Locator) -> None:
    """Where rows are sorted by their days, falling, the keyboard goes with the one whose days are changed."""
    cell(grid, 1, 2).click()
    person.page.keyboard.type("0")
    person.page.keyboard.press("Shift+Tab")
    expect(cell(grid, 3, 1)).to_have_text("kim")
    expect(cell(grid, 3, 1)).to_be_focused()
    cell(grid, 3, 1).press_sequentially("kai")
    person.page.keyboard.press("Enter")
    for row, login in ((1, "max"), (2, "lee"), (3, "kai")):
        expect(cell(grid, row, 1)).to_have_text(login)


def test_what_was_pasted_is_taken_back_at_once(person: Person) -> None:
    page, grid = person.page, make(person, "Pasted")
    fill(person, grid, 1, "ada", "30")
    fill(person, grid, 2, "bob", "7")
    expect(cell(grid, 2, 2)).to_have_text("7")
    cell(grid, 1, 1).click()
    page.evaluate(PASTES, "kim\t3\nlee\t1\nmax\tmany\n")
    expect(cell(grid, 3, 2).get_by_role("alert")).to_contain_text("is no number")
    cell(grid, 1, 1).click()
    page.keyboard.press("Control+z")
    for row, login, days in ((1, "ada", "30"), (2, "bob", "7")):
        expect(cell(grid, row, 1)).to_have_text(login)
        expect(cell(grid, row, 2)).to_have_text(days)
    expect(page.get_by_text("2 rows", exact=True)).to_be_visible()
    page.keyboard.press("Control+z")
    expect(cell(grid, 2, 2)).to_have_text("")
    expect(cell(grid, 2, 1)).to_have_text("bob")
    person.forgive("422")


def test_a_change_is_taken_back_to_what_was_typed_before_it_though_that_was_on_its_way(person: Person) -> None:
    page, grid, held = person.page, make(person, "Swift"), list[Route]()
    fill(person, grid, 1, "ada", "3")
    days = cell(grid, 1, 2)
    expect(days).to_have_text("3")
    expect(days).not_to_have_attribute("aria-busy", "true")
    page.route(ROWS, lambda route: held.append(route), times=1)
    for typed in ("5", "3", "8"):
        days.click()
        page.keyboard.type(typed)
        with page.expect_request(ROWS) if typed == "5" else nullcontext():
            page.keyboard.press("Enter")
    expect(days).to_have_text("8")
    held.pop().continue_()
    expect(days).not_to_have_attribute("aria-busy", "true")
    for before in ("3", "5", "3", ""):
        days.click()
        page.keyboard.press("Control+z")
        expect(days).to_have_text(before)
        expect(days).not_to_have_attribute("aria-busy", "true")
    page.reload()
    expect(days).to_have_text("")
    expect(cell(grid, 1, 1)).to_have_text("ada")


def refuses_what_cannot_be(person: Person, bar: Locator) -> None:
    """A filter that never holds anything is told, and none."""
    bar.get_by_label("Value").fill("abc")
    person.page.keyboard.press("Enter")
    expect(bar.get_by_role("alert")).to_contain_text("is no number")
    expect(bar.get_by_label("Value")).to_be_focused()
    expect(bar.get_by_role("button", name=re.compile("^Take the filter"))).to_have_count(1)
    expect(person.page.get_by_role("link", name="Export the 2 shown")).to_be_visible()
    bar.get_by_label("Value").fill("")
    expect(bar.get_by_role("alert")).to_have_count(0)
    person.forgive("422")


def comes_back(person: Person, grid: Locator) -> None:
    """A row that leaves the filter by what was typed comes back by an undo, also after Tab."""
    page = person.page
    cell(grid, 2, 2).dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("0")
    page.keyboard.press("Tab")
    expect(page.get_by_text("1 of 3 rows")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.get_by_text("2 of 3 rows")).to_be_visible()
    expect(cell(grid, 2, 2)).to_have_text("2")


def takes_out_what_is_shown_and_all(page: Page) -> None:
    """Export the two rows that a filter leaves of three, and all of them."""
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Export the 2 shown").click()
    assert sorted(downloading.value.path().read_text(encoding="utf-8").splitlines()) == ["Login,Days", "kim,3", "max,2"]
    page.get_by_role("button", name="More").click()
    with page.expect_download() as downloading:
        page.get_by_role("menuitem", name="Export all").click()
    assert len(downloading.value.path().read_text(encoding="utf-8").splitlines()) == 4


def covers_nothing(person: Person, told: Locator) -> None:
    """A message of one's doing stands where nothing can be pressed."""
    with person.screen(PHONE):
        told.hover()
        content, message = person.page.get_by_role("main").bounding_box(), told.bounding_box()
        assert content
        assert message
        assert content["y"] + content["height"] <= message["y"]


def test_rows_are_filtered_sorted_chosen_and_deleted(person: Person) -> None:
    page, grid = person.page, make(person, "Leavers")
    grid.focus()
    page.evaluate(PASTES, "kim\t3\tno column\nlee\t1\nmax\tmany\n")
    expect(page.get_by_role("alert").get_by_text("3 rows were added at the end. Left out: 1 column")).to_be_visible()
    refused = cell(grid, 3, 2)
    expect(refused.get_by_role("alert")).to_contain_text("is no number")
    refused.click()
    page.evaluate(PASTES, "2")
    for row, days in ((1, "3"), (2, "1"), (3, "2")):
        expect(cell(grid, row, 2)).to_have_text(days)
    person.forgive("422")
    bar = page.get_by_role("search", name="Filter")
    bar.get_by_label("Column").select_option("Days")
    bar.get_by_label("Comparison").select_option(">")
    bar.get_by_label("Value").fill("1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 of 3 rows")).to_be_visible()
    refuses_what_cannot_be(person, bar)
    comes_back(person, grid)
    takes_out_what_is_shown_and_all(page)
    by_days = grid.get_by_role("columnheader", name=re.compile("^Days")).get_by_role("button")
    by_days.click()
    expect(cell(grid, 1, 1)).to_have_text("max")
    by_days.click()
    expect(cell(grid, 1, 1)).to_have_text("kim")
    bar.get_by_role("button", name=re.compile("Take the filter Days > 1 away")).click()
    expect(page.get_by_text("3 rows", exact=True)).to_be_visible()
    stays_with_its_row(person, grid)
    cell(grid, 2, 1).click()
    page.get_by_role("button", name="Delete the row").click()
    page.get_by_role("dialog", name="Delete the row “lee”?").get_by_role("button", name="Cancel").click()
    cell(grid, 2, 1).click()
    page.keyboard.press("Shift+Space")
    page.get_by_role("button", name="Delete the row").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete the row").click()
    told = page.get_by_role("alert").filter(has_text="1 row was deleted.")
    covers_nothing(person, told)
    page.mouse.move(0, 0)
    expect(page.get_by_text("2 rows", exact=True)).to_be_visible()
    builder = Builder(person)
    builder.bring(COUNTS)
    builder.publish()
    person.go("Tables")
    expect(page.get_by_role("link", name="Leavers")).to_be_visible()
    person.looks("tables")
    with person.screen(PHONE):
        assert person.wide_enough()
    page.get_by_role("link", name="Leavers").click()
    page.get_by_role("button", name="Columns").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Take Days away").click()
    expect(dialog.get_by_role("link", name="Count leavers")).to_be_visible()
    change = dialog.get_by_role("button", name="Change the table")
    expect(change).to_be_disabled()
    dialog.get_by_role("checkbox", name="Remove them with all their values").check()
    change.click()
    expect(by_days).to_have_count(0)


GREETS = """id: greet-movers
name: Greet movers
event: {card: manual}
cards:
  - {id: one, card: table.search_rows, options: {results: one}, inputs: {table: movers}}
  - {id: say, title: Say hello, card: text.compose, inputs: {text: "Hello {{ one.fields.Login }}"}}
"""


def test_a_column_that_flows_use_is_renamed_only_if_one_says_so(person: Person) -> None:
    page, grid = person.page, make(person, "Movers")
    builder = Builder(person)
    builder.bring(GREETS)
    builder.publish()
    person.go("Tables")
    page.get_by_role("link", name="Movers").click()
    page.get_by_role("button", name="Columns").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name of column 1").fill("")
    dialog.get_by_label("Name of column 1").press_sequentially("User")
    change = dialog.get_by_role("button", name="Change the table")
    change.click()
    told = dialog.get_by_role("alert")
    expect(told).to_contain_text("Flows use these columns")
    expect(told).to_contain_text("The column 'Login' is used by Greet movers (Say hello).")
    expect(change).to_be_disabled()
    dialog.get_by_role("checkbox", name="Change the columns although flows use them").check()
    change.click()
    expect(grid.get_by_role("columnheader", name=re.compile("^User"))).to_be_visible()
    person.forgive("409")


def test_a_large_file_goes_in_is_scrolled_through_and_comes_out(person: Person, tmp_path: Path) -> None:
    page, grid = person.page, make(person, "Many")
    file = tmp_path / "many.csv"
    lines = [f"login{number}@northwind.example,{number}" for number in range(1, MANY + 1)]
    lines[4] = "five,none"
    file.write_text("\n".join(["Login,Days", *lines]), encoding="utf-8")
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Import CSV").click()
    choosing.value.set_files(file)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Import", exact=True).click()
    expect(dialog.get_by_role("progressbar")).to_be_visible()
    expect(dialog.get_by_text("The file is in.")).to_be_visible(timeout=60_000)
    expect(dialog.get_by_role("status")).to_contain_text("19,999 new, 0 changed, 1 refused")
    expect(dialog.get_by_role("region", name="Refused rows")).to_contain_text("Line 6")
    assert not person.serious(dialog)
    dialog.get_by_role("button", name="Done").click()
    expect(page.get_by_text("19,999 rows")).to_be_visible()

    cell(grid, 1, 1).click()
    page.keyboard.press("Control+End")
    expect(cell(grid, MANY - 1, 2)).to_have_text(str(MANY))
    expect(cell(grid, MANY - 1, 2)).to_be_focused()
    assert grid.get_by_role("row").count() < 120
    page.keyboard.press("Control+Home")
    expect(cell(grid, 1, 1)).to_be_focused()
    expect(cell(grid, 1, 1)).to_have_text("login1@northwind.example")
    person.looks("table")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Export all").click()
    saved = tmp_path / "out.csv"
    downloading.value.save_as(saved)
    assert len(saved.read_text(encoding="utf-8").splitlines()) == MANY


def test_why_a_cell_is_refused_lies_above_the_rows_below_it(person: Person) -> None:
    page, grid = person.page, make(person, "Covered")
    for row in (1, 2, 3):
        fill(person, grid, row, f"person{row}", "1")
        expect(cell(grid, row, 2)).to_have_text("1")
    wrong = cell(grid, 1, 2)
    wrong.dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("twelve")
    page.keyboard.press("Enter")
    why = wrong.get_by_role("alert")
    expect(why).to_contain_text("is no number.")
    expect(cell(grid, 2, 2)).to_be_focused()
    why.click(trial=True)  # nothing lies above it
    why.get_by_text("Not saved:").click(trial=True)  # nor does the row below, where the keyboard is now
    wrong.click()
    page.keyboard.press("Escape")
    expect(why).to_have_count(0)
    person.forgive("422")


def test_a_card_chooses_its_table_by_name_and_has_its_columns(person: Person) -> None:
    builder, page = Builder(person), person.page
    make(person, "Licences by person")
    builder.new_flow("Writes a row")
    page.get_by_role("button", name="Add the first card").click()
    builder.choose("create row")
    card = builder.card(1)
    card.get_by_role("combobox", name="Table", exact=True).press_sequentially("by per")
    option = page.get_by_role("listbox", name="Table").get_by_role("option", name="Licences by person")
    expect(option).to_be_visible()
    page.keyboard.press("Tab")  # a part that only one has means that one
    table = card.get_by_role("combobox", name="Table", exact=True)
    expect(table).to_have_value("Licences by person")
    row = card.get_by_role("group", name="Fields")
    row.get_by_role("textbox", name="Login").press_sequentially("anna")
    row.get_by_role("textbox", name="Days").press_sequentially("12")
    page.keyboard.press("Escape")
    builder.add("search rows")
    search = builder.card(2)
    expect(search.get_by_role("combobox", name="Column")).to_have_count(1)
    search.get_by_role("combobox", name="Column").click()
    expect(page.get_by_text("What there is depends on “Table”.")).to_be_visible()
    page.keyboard.press("Escape")
    search.get_by_role("combobox", name="Table", exact=True).click()
    option.click()
    search.get_by_role("button", name="Add a comparison").click()
    where, sort = search.get_by_role("combobox", name="Column").all()
    where.click()
    expect(page.get_by_role("listbox", name="Column").get_by_role("option")).to_have_text(
        ["Login", "Days", "Created", "Updated"]
    )
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(where).to_have_value("Login")
    search.get_by_role("textbox", name="Second value").press_sequentially("anna")
    sort.press_sequentially("days")
    page.keyboard.press("Tab")
    expect(sort).to_have_value("Days")
    builder.saved()
    builder.test()
    person.go("Tables")
    page.get_by_role("link", name="Licences by person").click()
    page.reload()  # what was read when the table was made is not asked for again so soon
    grid = page.get_by_role("grid", name="Licences by person")
    expect(cell(grid, 1, 1)).to_have_text("anna")
    expect(cell(grid, 1, 2)).to_have_text("12")
    person.presses_in_menu("More", "Delete the table")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Delete the table").press("Enter")
    expect(page.get_by_role("heading", name="Tables", level=1)).to_be_visible()
    expect(page.get_by_role("main")).to_be_focused()
    builder.open("Writes a row")
    expect(builder.card(1).get_by_text("The table that is chosen is not there.")).to_be_visible()
    person.forgive("404")  # its columns are asked for, and the browser tells of the answer
