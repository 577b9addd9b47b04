"""The designer in a browser: a flow built by hand and by keyboard, tried, published; what is refused; two editors."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, expect
from support_company import REFUSES, Company
from support_designer import Builder
from support_typing import every_letter_is_kept, typed_anew
from support_web import LARGE, Demo, Person, until

from bench import typing

pytestmark = pytest.mark.timeout(600)
# a key goes to the card that has the focus: while a row is drawn anew none has
WORKED_ON = "() => document.activeElement !== document.body"


GREETS = """
id: greets-inside
name: Greets inside
event: {card: helper, outputs: {name: text}}
cards:
  - {id: greeting, card: text.compose, inputs: {text: "Hello {{ event.name }}"}}
  - {id: back, card: flow.return, inputs: {said: "{{ greeting.output }}"}}
"""


def greeting(person: Person, name: str) -> Builder:
    """A flow that greets somebody, with a card that uses the first one."""
    builder = Builder(person)
    builder.new_flow(name)
    builder.give("login")
    person.page.get_by_role("button", name="Add the first card").click()
    builder.choose("compose")
    builder.field(1, "Text").click()
    person.page.keyboard.type("Hello ")
    person.page.get_by_role("button", name="Use Event login").click()
    person.page.keyboard.type("!")
    person.page.keyboard.press("Escape")
    builder.add("upper")
    return builder


def test_a_flow_is_built_tried_and_published(person: Person) -> None:
    builder = greeting(person, "Greet by hand")
    page = person.page
    expect(builder.field(1, "Text")).to_have_text("Hello Event › login!")
    source = builder.card(1).get_by_role("list", name="Gives").get_by_text("Output")
    person.drag(source, builder.card(2).get_by_role("textbox").nth(1))
    expect(builder.card(2)).to_contain_text("Compose › Output")
    builder.card(1).get_by_label("Title of card 1").fill("The greeting")
    expect(builder.card(2)).to_contain_text("The greeting › Output")
    builder.saved()
    builder.test(login="ada")
    result = builder.card(2).get_by_text("Result")
    result.click()
    expect(builder.card(2)).to_contain_text("HELLO ADA!")
    panel = page.get_by_role("tabpanel", name="Test")
    panel.get_by_role("textbox", name="login").fill("bob")
    panel.get_by_role("button", name="Take the values of the last event").click()
    expect(panel.get_by_role("textbox", name="login")).to_have_value("ada")
    builder.publish(2)  # the run had a version of its own
    person.looks("designer-test", panel)
    page.reload()
    builder.field(1, "Text").click()
    expect(page.get_by_role("button", name="Use Event login")).to_contain_text("ada")  # from the last run
    person.go("Flows")
    line = page.get_by_role("row", name=re.compile("Greet by hand"))
    expect(line.get_by_role("img", name=re.compile("Succeeded"))).to_be_visible()


def test_a_move_that_breaks_a_reference_is_refused_with_the_reason(person: Person) -> None:
    builder = greeting(person, "Moves")
    page = person.page
    second = builder.card(2).get_by_role("textbox").nth(1)
    second.click()
    find = page.get_by_label("Find a value")
    find.press_sequentially("compose output")
    find.press("Control+z")  # it takes back what was typed there, and not the last change of the flow
    expect(find).not_to_have_value("compose output")
    expect(builder.card(2)).to_be_visible()
    find.fill("compose output")
    page.keyboard.press("Enter")
    expect(second).to_contain_text("Compose › Output")
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+ArrowLeft")
    expect(page.get_by_text("It stays where it is")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Delete")
    expect(page.get_by_text("It is in use")).to_be_visible()
    expect(builder.card(1)).to_have_accessible_name("Card 1: Compose")
    page.keyboard.press("ArrowRight")
    builder.add("wait")
    page.keyboard.press("Alt+ArrowLeft")
    expect(builder.card(2)).to_have_accessible_name(re.compile("Wait"))
    page.keyboard.press("Control+z")
    expect(builder.card(3)).to_have_accessible_name(re.compile("Wait"))
    page.keyboard.press("Control+Shift+z")
    expect(builder.card(2)).to_have_accessible_name(re.compile("Wait"))
    page.keyboard.press("Delete")
    expect(builder.card(3)).to_have_count(0)
    builder.event.get_by_label("Name of the field: login").fill("who")
    page.keyboard.press("Enter")
    expect(builder.field(1, "Text")).to_have_text("Hello Event › who!")
    builder.event.get_by_role("button", name="Take who away").click()
    expect(page.get_by_text("“Compose” uses “who”.")).to_be_visible()
    expect(builder.event.get_by_label("Name of the field: who")).to_be_visible()
    builder.field(1, "Text").click()
    builder.card(2).get_by_role("heading").click()
    page.get_by_role("button", name="Use Event who").click()  # into no field: that of card 1 is not meant
    expect(page.get_by_text("Click into a field first")).to_be_visible()
    expect(builder.field(1, "Text")).to_have_text("Hello Event › who!")


def test_cards_are_dragged_by_mouse_and_by_keyboard(person: Person) -> None:
    builder = greeting(person, "Dragging")
    page = person.page
    builder.field(1, "Text").fill("one")
    second = builder.card(2).get_by_role("textbox").nth(1)
    person.drag(builder.card(1).get_by_role("list", name="Gives").get_by_text("Output"), second)
    expect(second).to_contain_text("Compose › Output")
    places = page.get_by_role("button", name="Add a card here")
    person.take(builder.handle(2))
    person.over(places.first)
    refused = re.compile("^Not .* uses a value of “Compose”, which it could not see any more")
    expect(person.told(refused)).to_be_attached()
    page.mouse.up()
    expect(page.get_by_role("alert").get_by_text("It stays where it is")).to_be_visible()
    builder.card(2).click()
    builder.add("wait")
    person.drag(builder.handle(3), places.first)
    expect(builder.card(1)).to_have_accessible_name(re.compile("Wait"))
    builder.handle(1).focus()
    page.keyboard.press("Space")
    expect(person.told("Wait For is taken.")).to_be_attached()
    page.keyboard.press("ArrowRight")
    expect(person.told("To be put between “Compose” and")).to_be_attached()
    page.keyboard.press("Space")
    expect(person.told("Wait For was put between “Compose” and")).to_be_attached()
    expect(builder.card(2)).to_have_accessible_name(re.compile("Wait"))
    expect(builder.handle(2)).to_be_focused()
    page.keyboard.press("Enter")
    expect(person.told("Wait For is taken.")).to_be_attached()
    page.keyboard.press("ArrowLeft")
    expect(person.told("To be put")).to_be_attached()
    page.keyboard.press("Escape")
    expect(person.told("Wait For stays where it was.")).to_be_attached()
    person.take(builder.card(3).get_by_role("list", name="Gives").get_by_text("Output"))
    person.over(builder.field(1, "Text"))
    later = "“To Upper Case” comes later"
    expect(person.told(re.compile(f"^Not into the field Text of “Compose”: {later}"))).to_be_attached()
    page.mouse.up()
    expect(page.get_by_role("alert").filter(has_text="It cannot be used there")).to_contain_text(later)
    expect(builder.field(1, "Text")).to_have_text("one")
    expect(builder.card(2)).to_have_accessible_name(re.compile("Wait"))


def test_a_key_press_among_a_hundred_cards_is_painted_in_time(
    person: Person, record_property: Callable[[str, object], None]
) -> None:
    typed = typing.measure(person.page, person.demo.link(), keys=40)
    times, work = sorted(typed.painted), sorted(typed.worked)
    record_property(
        "measured",
        f"key press to paint in a flow of {typing.CARDS} cards: {statistics.median(times):.0f} ms in the median, "
        f"{typing.slowest_twentieth(times):.0f} ms in the slowest twentieth of {len(times)}, of which the page works "
        f"{typing.slowest_twentieth(work):.0f} ms at most in nineteen of twenty; the goal is "
        f"{typing.GOAL_MS:.0f} ms. Other tests ran meanwhile; at rest: bench/typing.json",
    )
    assert times[len(times) // 4] < typing.GOAL_MS, times  # the quarter that other tests held up least
    assert len(work) == len(times)
    assert work[0] > 0
    assert typing.slowest_twentieth(work) < typing.GOAL_MS, work  # whatever else the machine does


def test_problems_show_where_they_are_as_one_types(person: Person) -> None:
    builder = greeting(person, "Problems")
    page = person.page
    expect(page.get_by_text("Nothing is wrong with this flow.")).to_be_visible()
    builder.field(1, "Text").click()
    page.keyboard.press("End")
    page.keyboard.type(" {{ nobody.output }}")
    expect(builder.card(1)).to_contain_text("It uses a value of a card that is not in this flow.")
    expect(builder.field(1, "Text")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("button", name="Publish")).to_be_disabled()
    builder.card(2).click()
    page.get_by_role("button", name="Go to it").click()
    expect(builder.field(1, "Text")).to_be_focused()
    page.keyboard.press("Control+z")
    page.keyboard.type("?")  # at the change
    expect(builder.field(1, "Text")).to_have_text("Hello Event › login!?")
    expect(page.get_by_role("button", name="Go to it")).to_have_count(0)
    page.get_by_role("tab", name="Flow", exact=True).click()
    (about := page.get_by_role("combobox", name="The person concerned")).fill("{{ event.nobody }}")
    builder.event.get_by_role("button", name="Add a field").click()
    builder.event.get_by_label("Name of the field", exact=True).fill("login")
    page.keyboard.press("Enter")
    expect(page.get_by_text("There is a field “login” already.").first).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Help", exact=True).click()
    page.get_by_role("button", name="Go to it").click()
    expect(about).to_be_focused()


def test_branches_and_loops_are_frames_that_fold(person: Person) -> None:
    builder = Builder(person)
    page = person.page
    builder.new_flow("Frames")
    builder.give("score")
    person.looks("designer-empty")
    page.get_by_role("button", name="Add the first card").click()
    page.get_by_role("group", name="Apps and functions").get_by_role("button", name="Okta", exact=True).click()
    expect(page.get_by_role("option", name=re.compile("^Suspend User"))).to_be_visible()
    person.looks("add-card", page.get_by_role("dialog"))
    page.get_by_role("button", name="All", exact=True).click()
    finding = page.get_by_role("combobox", name="Find a card")
    finding.fill("qqqq")
    expect(page.get_by_role("listbox", name="Cards").get_by_role("option")).to_have_count(0)
    assert not person.serious_in_both(page.get_by_role("dialog"))
    builder.choose("if/else")
    frame = builder.card(1)
    frame.get_by_role("textbox", name="First value").click()
    page.get_by_role("button", name="Use Event score").click()
    frame.get_by_label("Comparison").select_option("greater than")
    second = frame.get_by_role("textbox", name="Second value")
    second.press_sequentially("1.05")  # key by key: 1.0 on the way is the number 1, and must stay as it stands
    expect(second).to_have_text("1.05")
    frame.get_by_role("button", name="More comparisons").click()
    everything = frame.get_by_role("group", name="all of these")
    everything.get_by_role("textbox", name="First value").nth(1).fill("a")
    everything.get_by_role("button", name="Add a group").click()
    some = everything.get_by_role("group", name="any of these")
    some.get_by_role("textbox", name="First value").fill("b")
    some.get_by_label("Comparison", exact=True).select_option("is empty")
    some.get_by_role("button", name="Add a comparison").click()
    some.get_by_role("textbox", name="First value").nth(1).fill("c")
    page.get_by_role("button", name="No card yet").first.click()
    builder.choose("compose")
    expect(builder.card(2)).to_be_visible()
    expect(page.get_by_text("score greater than 1.05 and a equal to  and (b is empty or c equal to )")).to_be_visible()
    builder.card(1).click()
    frame.get_by_role("button", name="Take the group away").click()
    frame.get_by_role("button", name="Take Comparison away").nth(1).click()
    expect(page.get_by_text("score greater than 1.05", exact=True)).to_be_visible()
    builder.event.get_by_label("Type of score").select_option("number")
    builder.field(2, "Text").click()
    page.get_by_role("button", name="Use Event score").click()
    expect(builder.card(2)).to_contain_text("Converted: number to text")
    builder.card(1).click()
    person.looks("designer-frames", page.get_by_role("region", name="Cards of the flow"))
    frame.get_by_role("button", name="Fold If/Else").click()
    expect(builder.card(2)).to_have_count(0)
    expect(frame).to_contain_text("1 card inside")
    frame.get_by_role("button", name="Unfold If/Else").click()
    expect(builder.card(2)).to_be_visible()


def test_conditions_on_items_are_edited_as_others_are_and_cards_show_examples(person: Person) -> None:
    builder = Builder(person)
    page = person.page
    builder.new_flow("Items")
    page.get_by_role("button", name="Add the first card").click()
    builder.choose("list filter")
    card = builder.card(1)
    items = card.get_by_role("textbox", name="List")
    items.press_sequentially('["a", "b"] ')
    assert items.text_content() == '["a", "b"] '
    card.get_by_role("button", name="Add a comparison").click()
    card.get_by_role("textbox", name="Path in the item").fill("status")
    second = card.get_by_role("textbox", name="Second value")
    second.fill("פעיל (2).")
    expect(second).to_have_css("direction", "rtl")
    second.fill("ACTIVE")
    expect(second).to_have_css("direction", "ltr")
    card.get_by_role("button", name="More comparisons").click()
    group = card.get_by_role("group", name="all of these")
    expect(group.get_by_role("textbox", name="Path in the item").nth(1)).to_be_visible()
    page.get_by_role("tab", name="Card").click()
    page.get_by_text("Examples", exact=True).click()
    expect(page.get_by_text("Several comparisons at once.")).to_be_visible()
    card.get_by_role("button", name="Take the group away").click()
    expect(card.get_by_role("button", name="Add a comparison")).to_be_visible()


def test_choices_and_fields_are_loaded_from_the_app(person: Person) -> None:
    builder, page = greeting(person, "From the app"), person.page
    with person.other_tab() as tab:
        company = Company(tab)
        company.breaks("Okta", REFUSES)
        builder.add("okta read group")
        group = builder.card(3).get_by_role("combobox", name="ID", exact=True)
        group.click()
        expect(page.get_by_text("administrator role")).to_be_visible()  # what to do about a 403 of Okta
        company.mends()
    person.forgive("409")  # the browser tells of the refusal
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("option", name=re.compile("^Sales"))).to_be_visible()
    person.looks("designer-choices", page.get_by_role("listbox"))
    group.press_sequentially("fin")
    expect(page.get_by_role("option", name=re.compile("^Sales"))).to_have_count(0)
    group.press("ArrowDown")
    group.press("Enter")
    expect(group).to_have_value("Finance")
    group.fill("00g-by-hand")
    page.get_by_role("option", name="Use “00g-by-hand” as it is").click()
    expect(group).to_have_value("00g-by-hand")
    group.focus()
    page.get_by_role("button", name="Use Compose Output").click()
    text = builder.field(3, "ID")
    expect(text).to_have_text("Compose › Output")
    text.press("Backspace")
    page.keyboard.press("Escape")
    expect(group).to_have_value("")

    builder.card(3).focus()
    builder.add("okta read user")
    builder.card(4).get_by_role("button", name="What is in Profile").click()
    builder.add("okta update user")
    profile = builder.card(5).get_by_role("group", name="Profile")
    expect(profile).to_contain_text("fields are known from the app")
    profile.get_by_role("button", name="Add a field to Profile").click()
    profile.get_by_label("Find a field").fill("cost")
    page.keyboard.press("Enter")
    cost = profile.get_by_role("textbox", name="Cost center")
    expect(cost).to_be_focused()
    page.get_by_role("button", name="Use Read User Profile Division").click()
    expect(cost).to_have_text("Read User › Profile › division")
    person.looks("designer-fields", profile)
    builder.saved()
    page.reload()
    expect(cost).to_have_text("Read User › Profile › division")
    typed_anew(cost)


def test_a_helper_flow_is_changed_where_it_is_called_and_a_note_stands_on_its_card(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.bring(GREETS)
    builder.publish()
    builder.new_flow("Calls")
    page.get_by_role("button", name="Add the first card").click()
    builder.choose("call flow")
    card = builder.card(1)
    card.get_by_label("Helper flow").select_option(label="Greets inside")
    card.get_by_role("textbox", name="name").fill("Ada")
    page.get_by_role("tab", name="Card", exact=True).click()
    page.get_by_label("Note", exact=True).press_sequentially("Ask Ada before you change this")
    expect(card).to_contain_text("Ask Ada before you change this")
    every_letter_is_kept(builder)

    card.get_by_role("button", name="Open its cards here").click()
    inside = page.get_by_role("region", name="Helper flow Greets inside")
    text = inside.get_by_role("textbox", name="Text", exact=True)
    expect(text).to_have_text(re.compile("^Hello .*name$"))
    text.click()
    expect(page.get_by_role("complementary", name="Beside the cards")).to_contain_text("Greets inside")
    page.keyboard.press("End")
    page.keyboard.type(", welcome")
    expect(inside.get_by_text("Draft, saved")).to_be_visible()
    expect(inside).to_contain_text("runs use version 1")
    person.looks("designer-helper", inside)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")  # the keyboard is the helper flow's as long as one works in it
    expect(text).to_have_text(re.compile("name$"))
    page.keyboard.press("Control+Shift+z")
    expect(text).to_have_text(re.compile(", welcome$"))
    expect(inside.get_by_text("Draft, saved")).to_be_visible()
    inside.get_by_role("button", name="Publish it").click()
    expect(inside).to_contain_text("v2 is live")
    inside.get_by_role("button", name="Close", exact=True).click()
    expect(inside).to_have_count(0)

    card.get_by_label("Title of card 1").click()
    builder.test()
    card.get_by_text("Result").click()
    expect(card).to_contain_text("Hello Ada, welcome")
    renamed_it_would_break_the_caller(builder, card, inside)


def renamed_it_would_break_the_caller(builder: Builder, card: Locator, inside: Locator) -> None:
    """A helper flow that somebody calls is published with another name for its field only if one says so."""
    page = builder.page
    builder.publish(2)  # the trial was one
    card.get_by_role("button", name="Open its cards here").click()
    inside.get_by_label("Name of the field: name").fill("who")
    page.keyboard.press("Tab")
    expect(inside.get_by_text("Draft, saved")).to_be_visible()
    inside.get_by_role("button", name="Publish it").click()
    dialog = page.get_by_role("dialog", name="Flows that call this one do not fit it any more")
    expect(dialog.get_by_role("listitem")).to_contain_text(
        "'Calls a helper' calls this flow and does not fit it any more (Call Flow)"
    )
    builder.person.looks("breaks-callers", dialog)
    dialog.get_by_role("button", name="Publish all the same").click()
    expect(inside).to_contain_text("v3 is live")
    builder.person.forgive("422")  # the browser tells of the refusal


def test_one_card_is_tried_alone_and_one_that_acts_asks_first(person: Person) -> None:
    builder = greeting(person, "Cards alone")
    page = person.page
    builder.add("office disable account")
    page.get_by_role("tab", name="Test").click()
    panel = page.get_by_role("tabpanel", name="Test")
    panel.get_by_text("The chosen card alone").click()
    panel.get_by_role("textbox", name=re.compile("^id( or|$)", re.IGNORECASE)).fill(person.demo.somebody())
    run = panel.get_by_role("button", name="Run this card")
    sure = panel.get_by_role("checkbox", name=re.compile("changes something|makes sure"))
    expect(panel.get_by_role("radio", name="Against the sandbox")).to_be_checked()
    expect(sure).to_have_count(0)  # nothing real is touched
    expect(run).to_be_enabled()
    panel.get_by_text("For real", exact=True).click()
    expect(run).to_be_disabled()
    sure.check()
    run.click()
    expect(panel.get_by_text("Succeeded")).to_be_visible()
    expect(builder.card(3)).to_contain_text("Done")
    builder.card(1).click()
    greeted = panel.get_by_role("textbox", name=re.compile("^Text"))
    expect(greeted).to_have_value("Hello !")  # nothing has run that would give the login
    greeted.fill("Hi {{ there }}")
    panel.get_by_role("button", name="Run this card").click()
    result = builder.card(1).get_by_text("Result")
    result.click()
    expect(builder.card(1)).to_contain_text("Hi {{ there }}")
    assert not person.serious(panel)


def test_cards_are_seen_as_a_list_and_in_an_outline(person: Person) -> None:
    builder = greeting(person, "Listed")
    page = person.page
    page.get_by_role("button", name="List", exact=True).click()
    first, second = builder.card(1).bounding_box(), builder.card(2).bounding_box()
    assert first is not None
    assert second is not None
    assert (second["x"], second["y"] > first["y"] + first["height"]) == (first["x"], True)
    builder.card(1).focus()
    page.keyboard.press("ArrowDown")
    expect(builder.card(2)).to_be_focused()
    page.get_by_role("tab", name="Outline").click()
    outline = page.get_by_role("navigation", name="Outline")
    outline.get_by_role("button", name="Compose").click()
    expect(builder.card(1)).to_be_focused()
    person.looks("designer-list", page.get_by_role("region", name="Cards of the flow"))
    page.get_by_role("button", name="List", exact=True).click()


def test_cards_are_copied_into_another_flow(person: Person) -> None:
    builder, page = greeting(person, "Copy from"), person.page
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.get_by_role("status").filter(has_text="2 cards are chosen.")).to_be_visible()
    person.looks("designer-chosen", page.get_by_role("region", name="Cards of the flow"))
    page.keyboard.press("Control+c")
    builder.new_flow("Copy to")
    page.get_by_role("button", name="Add the first card").click()
    builder.choose("if/else")
    page.get_by_role("button", name="No card yet").first.focus()  # an empty lane takes what is pasted
    page.keyboard.press("Control+v")
    expect(builder.card(2)).to_have_accessible_name("Card 2: Compose")
    expect(builder.field(2, "Text")).to_contain_text("Hello")
    expect(page.get_by_role("status").filter(has_text="2 cards are chosen.")).to_be_visible()
    page.keyboard.press("Alt+ArrowRight")
    until(page, WORKED_ON)
    page.keyboard.press("Alt+ArrowRight")  # through the other lane and out of the frame
    until(page, WORKED_ON)
    page.keyboard.press("Control+d")
    expect(builder.card(5)).to_be_visible()
    page.keyboard.press("Delete")
    expect(builder.card(4)).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(builder.card(5)).to_be_visible()
    builder.card(4).click(position={"x": 4, "y": 4})
    builder.card(2).click(modifiers=["Shift"], position={"x": 4, "y": 4})
    page.get_by_role("tab", name="Card", exact=True).click()
    page.get_by_role("button", name="Delete the 3 cards").click()
    expect(builder.card(3)).to_have_count(0)
    builder.card(1).get_by_role("button", name="Fold If/Else").click()
    page.get_by_role("button", name="Add a card here").last.click()
    page.get_by_role("combobox", name="Find a card").press("Control+v")  # where one is added
    expect(builder.card(4)).to_be_visible()


def test_of_two_editors_the_second_is_told_and_loses_nothing(browser: Browser, demo: Demo, person: Person) -> None:
    first = greeting(person, "Two editors")
    first.saved()
    other = Person(browser, demo)
    other.sign_in()
    second = Builder(other)
    second.open("Two editors")
    other.context.set_offline(True)  # it cannot see what the first one does
    second.field(1, "Text").fill("Theirs")
    first.field(1, "Text").fill("Mine")
    first.saved()
    other.context.set_offline(False)
    expect(other.page.get_by_text("Somebody else has changed this draft")).to_be_visible()
    other.page.get_by_role("navigation", name="Main").get_by_role("link", name="Flows").click()
    leaving = other.page.get_by_role("dialog", name="Leave without your last changes?")
    leaving.get_by_role("button", name="Cancel").click()
    expect(leaving).to_have_count(0)
    other.page.get_by_role("button", name="Look at theirs").click()
    expect(second.field(1, "Text")).to_have_text("Mine")
    other.page.get_by_role("button", name="Undo").click()
    expect(second.field(1, "Text")).to_have_text("Theirs")
    expect(other.page.get_by_text("1 change of theirs would be lost.")).to_be_visible()
    expect(other.page.get_by_role("button", name="Take both")).to_have_count(0)  # it is the same card
    other.page.get_by_role("button", name="Save mine over theirs").click()
    second.saved()
    first.looks_up()
    expect(first.field(1, "Text")).to_have_text("Theirs")
    expect(first.page.get_by_role("button", name="Undo")).to_be_enabled()  # what I had is not lost

    they_are_told_what_becomes_of_it(first, second)
    # the browser tells of the requests that could not be sent, and of the refusal
    other.forgive("ERR_INTERNET_DISCONNECTED", "409")
    other.close()


def they_are_told_what_becomes_of_it(first: Builder, second: Builder) -> None:
    """One throws the draft away and publishes; the other's page says so, and nothing of theirs is lost."""
    other = second.person
    first.page.get_by_role("link", name="Flows").first.click()
    first.page.get_by_role("button", name="Actions for Two editors").click()
    first.page.get_by_role("menuitem", name="Throw the draft away").click()
    first.page.get_by_role("dialog").get_by_role("button", name="Throw the draft away").click()
    expect(first.page.get_by_role("dialog")).to_have_count(0)
    second.field(1, "Text").fill("Still here")
    expect(other.page.get_by_text("Somebody has deleted this flow")).to_be_visible()
    other.page.get_by_role("button", name="Keep mine as a new draft").click()
    second.saved()
    other.page.reload()
    expect(second.field(1, "Text")).to_have_text("Still here")

    first.page.reload()
    first.open("Two editors")
    first.publish()
    second.looks_up()
    expect(other.page.get_by_text("has published version 1")).to_be_visible()
    expect(other.page.get_by_text("v1 is live")).to_be_visible()
    expect(other.page.get_by_text("As published", exact=True)).to_be_visible()
    second.field(1, "Text").fill("On top")
    second.saved()
    first.looks_up()
    expect(first.field(1, "Text")).to_have_text("On top")
    first.page.get_by_role("button", name="More", exact=True).click()
    first.page.get_by_role("menuitem", name="Throw the draft away").click()
    expect(first.field(1, "Text")).to_have_text("Still here")
    second.looks_up()
    expect(other.page.get_by_text("Somebody has thrown this draft away")).to_be_visible()
    other.page.get_by_role("button", name="Keep mine as a new draft").click()
    second.saved()
    second.publish(2)
    expect(second.field(1, "Text")).to_have_text("On top")


def test_the_flow_is_the_same_as_yaml_both_ways(person: Person) -> None:
    builder = greeting(person, "As text")
    page = person.page
    page.get_by_role("button", name="YAML").click()
    pane = page.get_by_role("complementary", name="The flow as YAML")
    text = pane.get_by_role("textbox", name="The flow as YAML")
    expect(text).to_contain_text("Hello {{ event.login }}!")
    text.press("Control+a")
    page.keyboard.insert_text("id: as-text\nname: Typed\nevent: {card: manual}\ncards:\n  - {id: a, card: text.compose")
    pane.get_by_role("button", name="Take over").click()
    expect(pane.get_by_role("alert")).to_contain_text("line")
    text.press("Control+End")
    page.keyboard.insert_text(", inputs: {text: From YAML}}\n")
    pane.get_by_role("button", name="Take over").click()
    expect(builder.field(1, "Text")).to_have_text("From YAML")
    expect(page.get_by_role("heading", name="Typed", level=1)).to_be_visible()


def test_the_designer_is_for_everybody(person: Person) -> None:
    page, builder = person.page, Builder(person)
    with person.screen(LARGE):
        builder.open("Office 365 offboarding")
        builder.field(2, "Text").click()
        expect(page.get_by_role("button", name="Use Event Username")).to_be_visible()
        person.looks("designer")
        for tab in ("Card", "Flow", "Help", "Test", "Versions", "Outline"):
            page.get_by_role("tab", name=tab, exact=True).click()
            panel = page.get_by_role("tabpanel", name=tab, exact=True)
            if tab == "Outline":
                person.looks("designer-outline", panel)
            else:
                assert not person.serious(panel), tab
        page.get_by_role("button", name="YAML").click()
        pane = page.get_by_role("complementary", name="The flow as YAML")
        expect(pane.get_by_role("textbox")).to_contain_text("office-365-offboarding")
        person.looks("designer-yaml", pane)
        page.get_by_role("button", name="YAML").click()
