"""Several people at one flow, and its versions: who changed what is told in the screen's words, and can be undone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect
from support_designer import Builder
from support_web import Demo, Person

pytestmark = pytest.mark.timeout(300)

GREETS = """
id: {id}
name: {name}
event: {{card: manual, outputs: {{login: text}}}}
cards:
  - {{id: first, card: text.compose, inputs: {{text: "Hello {{{{ event.login }}}}"}}}}
  - {{id: second, card: text.compose, inputs: {{text: "{{{{ first.output }}}}!"}}}}
"""


def flow(person: Person, name: str) -> Builder:
    """A flow with two cards of the same title, of which the second uses the first."""
    builder = Builder(person)
    builder.bring(GREETS.format(id=name.lower().replace(" ", "-"), name=name))
    return builder


@pytest.fixture
def other(browser: Browser, demo: Demo) -> Iterator[Person]:
    """Somebody else, at a browser of their own."""
    other = Person(browser, demo)
    other.sign_in()
    yield other
    other.close()


def changes(builder: Builder) -> Locator:
    """What is said to differ, line by line."""
    return builder.page.get_by_role("region", name="Look at the difference").get_by_role("listitem")


def test_what_somebody_else_takes_away_is_told_and_is_one_undo_away(person: Person, other: Person) -> None:
    mine, theirs = flow(person, "Taken away"), Builder(other)
    theirs.open("Taken away")
    other.context.set_offline(True)  # they do not see what I add
    mine.card(2).click(position={"x": 4, "y": 4})
    mine.add("compose")
    mine.field(3, "Text").click()
    mine.page.keyboard.type("from me")
    mine.saved()
    theirs.field(1, "Text").click()
    other.page.keyboard.press("End")
    other.page.keyboard.type(", you")
    other.context.set_offline(False)
    other.page.get_by_role("button", name="Look at theirs").click()
    expect(theirs.field(3, "Text")).to_have_text("from me")
    expect(other.page.get_by_text("has changed this flow. You now see it.")).to_be_visible()
    other.page.get_by_role("button", name="Undo").click()
    expect(other.page.get_by_text("has changed this flow")).to_have_count(0)
    expect(other.page.get_by_text("It is not saved. 1 change of theirs would be lost.")).to_be_visible()
    other.page.get_by_role("button", name="What would be lost").click()
    lost = other.page.get_by_role("region", name="What would be lost").get_by_role("listitem")
    expect(lost).to_have_text(["3 · Compose, added"])
    other.page.get_by_role("button", name="Save mine over theirs").click()
    theirs.saved()

    mine.looks_up()
    expect(mine.page.get_by_text("has changed this flow. You now see it.")).to_be_visible()
    expect(mine.page.get_by_text("2 changes to what you had")).to_be_visible()
    expect(mine.card(3)).to_have_count(0)
    mine.page.get_by_role("button", name="Look at the difference").click()
    expect(changes(mine)).to_have_text(
        ["1 · Compose, Text: Hello Event › login → Hello Event › login, you", "3 · Compose, removed"]
    )
    mine.page.get_by_role("button", name="Undo").click()
    expect(mine.field(3, "Text")).to_have_text("from me")
    expect(mine.page.get_by_role("button", name="Take both")).to_have_count(0)  # I have changed nothing since
    mine.page.get_by_role("button", name="Save mine over theirs").click()
    mine.saved()
    mine.page.reload()
    expect(mine.field(3, "Text")).to_have_text("from me")
    other.forgive("ERR_INTERNET_DISCONNECTED", "409")


def test_several_changes_of_somebody_else_are_told_together_and_undone_at_once(person: Person, other: Person) -> None:
    mine, theirs = flow(person, "One by one"), Builder(other)
    mine.field(2, "Text").fill("mine")
    mine.saved()
    theirs.open("One by one")
    for number, text in ((1, "theirs"), (2, "theirs too")):
        theirs.field(number, "Text").fill(text)
        theirs.saved()
        mine.looks_up()
        expect(mine.field(number, "Text")).to_have_text(text)
    mine.page.get_by_role("button", name="Look at the difference").click()
    expect(changes(mine)).to_have_text(
        ["1 · Compose, Text: Hello Event › login → theirs", "2 · Compose, Text: mine → theirs too"]
    )
    mine.page.get_by_role("button", name="Close", exact=True).click()
    expect(changes(mine)).to_have_count(0)
    mine.page.get_by_role("button", name="Undo").click()
    expect(mine.field(2, "Text")).to_have_text("mine")
    expect(mine.field(1, "Text")).to_have_text("Hello Event › login")
    mine.page.get_by_role("button", name="Back to theirs").click()
    expect(mine.field(2, "Text")).to_have_text("theirs too")
    mine.saved()


def test_what_two_have_changed_in_different_cards_is_had_both(person: Person, other: Person) -> None:
    mine, theirs = flow(person, "Both at once"), Builder(other)
    mine.saved()
    theirs.open("Both at once")
    for number, undoes in ((1, False), (2, True)):
        other.context.set_offline(True)  # they do not see what I change
        mine.field(number, "Text").fill(f"mine {number}")
        mine.saved()
        theirs.field(3 - number, "Text").fill(f"theirs {number}")
        other.context.set_offline(False)
        expect(other.page.get_by_text("you can have both")).to_be_visible(timeout=20_000)
        if undoes:
            other.page.get_by_role("button", name="Look at theirs").click()
            expect(theirs.field(number, "Text")).to_have_text(f"mine {number}")
            other.page.keyboard.press("Control+z")
            expect(other.page.get_by_text("1 change of theirs would be lost.")).to_be_visible()
            expect(theirs.field(3 - number, "Text")).to_have_text(f"theirs {number}")
        other.page.get_by_role("button", name="Take both").click()
        theirs.saved()
        mine.looks_up()
        for builder in (theirs, mine):
            expect(builder.field(number, "Text")).to_have_text(f"mine {number}")
            expect(builder.field(3 - number, "Text")).to_have_text(f"theirs {number}")
    other.forgive("ERR_INTERNET_DISCONNECTED", "409")


def test_versions_differ_in_cards_fields_and_values_as_the_screen_has_them(person: Person) -> None:
    builder, page = flow(person, "Differs"), person.page
    builder.publish()
    builder.field(2, "Text").click()
    page.keyboard.press("End")
    page.keyboard.type(" two")
    builder.saved()
    builder.publish(2)
    page.get_by_role("tab", name="Versions").click()
    versions = page.get_by_role("tabpanel", name="Versions")
    versions.get_by_role("button", name="What changed").first.click()
    expect(versions.get_by_role("listitem")).to_have_text(
        ["2 · Compose, Text: 1 · Compose › Output! → 1 · Compose › Output! two"]
    )
    expect(builder.field(2, "Text")).to_have_text("1 · Compose › Output! two")  # the chip is the same


def test_what_leads_back_to_what_is_live_is_no_draft_to_publish(person: Person) -> None:
    builder, page = flow(person, "There and back"), person.page
    publish = page.get_by_role("button", name="Publish")
    builder.saved()
    publish.press("Enter")
    expect(page.get_by_text("v1 is live")).to_be_visible()
    expect(publish).to_be_disabled()
    expect(publish).to_be_focused()
    builder.card(2).click(position={"x": 4, "y": 4})
    page.keyboard.press("Control+d")
    expect(builder.card(3)).to_be_visible()
    builder.saved()
    expect(publish).to_be_enabled()
    page.keyboard.press("Control+z")
    expect(builder.card(3)).to_have_count(0)
    expect(page.get_by_text("As published", exact=True)).to_be_visible()
    expect(publish).to_be_disabled()
    page.reload()
    expect(page.get_by_text("As published", exact=True)).to_be_visible()
    expect(publish).to_be_disabled()


def test_the_designer_stays_where_it_is_however_much_can_be_used(person: Person) -> None:
    builder, page = Builder(person), person.page
    given = ", ".join(f"field_{number}: text" for number in range(60))
    builder.bring(GREETS.format(id="many", name="Many values").replace("login: text", f"login: text, {given}"))
    builder.field(1, "Text").click()
    expect(page.get_by_role("button", name="Use Event field_59")).to_be_visible()
    page.get_by_role("navigation", name="Main").hover()
    page.mouse.wheel(0, 3000)
    page.keyboard.press("Escape")
    page.keyboard.press("End")
    heading = page.get_by_role("heading", name="Many values", level=1)
    assert page.evaluate("[document.documentElement.scrollHeight <= innerHeight, scrollY]") == [True, 0]
    expect(heading).to_be_in_viewport()


def test_behind_a_chip_that_is_clicked_one_types_on(person: Person) -> None:
    builder, page = flow(person, "Chip clicked"), person.page
    field = builder.field(1, "Text")
    field.get_by_title("{{ event.login }}").click()
    page.keyboard.type(" uno")
    expect(field).to_have_text("Hello Event › login uno")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.get_by_role("button", name="Use Event login").click()
    page.keyboard.type(" one")
    chip = field.get_by_title("{{ event.login }}")
    chip.click()
    page.keyboard.type(" uno")
    expect(field).to_have_text("Event › login uno one")
    expect(field).to_be_focused()
    chip.dblclick()
    page.keyboard.type("?")
    expect(field).to_have_text("Event › login? uno one")
    long = "One that is so long that its name goes on in the next line of the field"
    builder.card(1).get_by_label("Title of card 1").fill(long)
    second = builder.field(2, "Text")
    second.press("Control+End")
    page.keyboard.press("Backspace")
    page.keyboard.press("Escape")
    box = second.bounding_box()
    assert box
    second.click(position={"x": box["width"] - 6, "y": 10})  # where the first line of the chip has ended
    page.keyboard.type(" two")
    expect(second).to_have_text(f"{long} › Output two")


def test_versions_are_compared_and_brought_back(person: Person) -> None:
    builder = Builder(person)
    page = person.page
    builder.new_flow("Versions")
    page.get_by_role("button", name="Add the first card").click()
    builder.choose("compose")
    for version, words in ((1, "first words"), (2, "second words")):
        builder.field(1, "Text").fill(words)
        builder.saved()
        builder.publish(version)
    page.get_by_role("tab", name="Versions").click()
    page.get_by_role("button", name="What changed").first.click()
    versions = page.get_by_role("tabpanel", name="Versions")
    expect(versions.get_by_role("listitem")).to_contain_text("second words")
    page.get_by_role("button", name="What changed").first.hover()
    person.looks("designer-versions", versions)
    page.get_by_role("button", name="Take it into the draft: version 1").click()
    expect(page.get_by_role("alert").filter(has_text="Version 1 is in your draft.")).to_be_visible()
    expect(builder.field(1, "Text")).to_have_text("first words")
    page.get_by_role("button", name="What it changes").click()  # as soon as there is a draft
    expect(
        versions.get_by_role("listitem").filter(has_text="1 · Compose, Text: second words → first words")
    ).to_be_visible()
