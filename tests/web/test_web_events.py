"""What starts flows, in a browser: schedules as they are made and told, secrets that are shown once, what came."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from support_company import Company
from support_designer import Builder
from support_web import PHONE, Person

pytestmark = pytest.mark.timeout(400)

ODD = """
id: odd-hours
name: Odd hours
event: {card: schedule, options: {unit: weeks, weekdays: [mon], day: 3, at: noon, zone: Europe/Berln}}
cards:
  - {id: say, card: text.compose, inputs: {text: Hello}}
"""


def test_a_schedule_is_made_by_choosing_and_tells_its_times(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.new_flow("Report of the week", "Scheduled Flow")
    event = builder.event
    unit = event.get_by_label("How often")
    for other in ("Cron text", "Time of day", "Day of the month", "Monday", "Time zone", "Length of the interval"):
        expect(event.get_by_label(other)).to_have_count(0)
    unit.select_option(label="weeks")
    event.get_by_role("button", name="Wednesday", exact=True).click()
    expect(event.get_by_role("button", name="Monday", exact=True)).to_have_attribute("aria-pressed", "true")
    event.get_by_label("Time of day").fill("09:30")
    zone = event.get_by_role("combobox", name="Time zone")
    expect(zone).to_have_value(re.compile(r" \(yours\)$"))  # the browser's own
    zone.click()
    zone.fill("")
    zone.press_sequentially("berl")
    page.get_by_role("option", name="Europe/Berlin").click()
    expect(event.get_by_text("Mondays and Wednesdays at 09:30, Europe/Berlin", exact=True)).to_be_visible()
    times = event.get_by_role("region", name="The next times").get_by_role("listitem")
    expect(times).to_have_count(5)
    told = times.all_inner_texts()
    expect(event.get_by_role("region", name="The next times")).to_contain_text("by the clock of Europe/Berlin")
    for time in told:
        assert re.match(r"(Mon|Wed), .* 0?9:30", time), time
    person.looks("designer-schedule", event)
    builder.saved()
    builder.publish()
    person.go("Events")
    page.get_by_role("tab", name="Schedules").click()
    row = page.get_by_role("row").filter(has_text="Report of the week")
    expect(row).to_contain_text("Mondays and Wednesdays at 09:30, Europe/Berlin")
    # in the words of the form, whatever the clock of the browser: and it is said which
    expect(row.get_by_role("button", name="The next times of Report of the week")).to_contain_text(told[0])
    expect(row).to_contain_text("by the clock of Europe/Berlin")


def test_a_day_stays_under_the_pointer_while_the_schedule_is_read(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.new_flow("Pressed while it is read", "Scheduled Flow")
    event = builder.event
    event.get_by_label("How often").select_option(label="weeks")
    friday = event.get_by_role("button", name="Friday", exact=True)
    friday.hover()
    page.mouse.down()
    expect(event.get_by_text(re.compile("^Mondays at 09:00, "))).to_be_visible()
    expect(page.get_by_text("Nothing is wrong with this flow.")).to_be_visible()
    page.mouse.up()
    expect(friday).to_have_attribute("aria-pressed", "true")


def test_another_kind_of_schedule_shows_what_matters_for_it(person: Person) -> None:
    builder = Builder(person)
    builder.new_flow("By another clock", "Scheduled Flow")
    event = builder.event
    unit = event.get_by_label("How often")
    unit.select_option(label="weeks")
    event.get_by_role("button", name="Friday", exact=True).click()
    monday = event.get_by_role("button", name="Monday", exact=True)
    monday.click()
    unit.select_option(label="minute")
    event.get_by_label("Length of the interval").fill("15")
    expect(event.get_by_text(re.compile("^Every 15 minutes, "))).to_be_visible()
    expect(event.get_by_label("Time of day")).to_have_count(0)
    expect(monday).to_have_count(0)
    builder.saved()
    expect(event.get_by_text("left over")).to_have_count(0)
    unit.select_option(label="by cron text")
    event.get_by_label("Cron text").fill("0 9 * *")
    expect(event.get_by_role("region", name="The next times")).to_have_count(0)
    expect(event.get_by_label("Length of the interval")).to_have_count(0)
    expect(builder.page.get_by_role("tab", name=re.compile("^Problems"))).to_contain_text("1")
    event.get_by_label("Cron text").fill("0 9 * * MON")
    expect(event.get_by_text(re.compile("^At 09:00, only on Monday, "))).to_be_visible()
    unit.select_option(label="weeks")  # the days are those that were chosen before
    expect(event.get_by_text(re.compile("^Fridays at 09:00, "))).to_be_visible()
    only = event.get_by_role("button", name="Friday", exact=True)
    only.press("Space")
    expect(only).to_have_attribute("aria-pressed", "true")  # a week without days is none
    event.get_by_role("button", name="Not before").click()
    expect(event.get_by_text(re.compile("^Fridays at 09:00, .*, from 20"))).to_be_visible()


def test_what_a_file_says_wrongly_is_shown_at_its_field_and_mended_there(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.bring(ODD)
    event = builder.event
    expect(event.get_by_text(re.compile("no day of the week"))).to_be_visible()
    expect(event.get_by_text(re.compile("no time of day"))).to_be_visible()
    expect(event.get_by_text(re.compile("no time zone"))).to_be_visible()
    event.get_by_role("button", name="Take Day of the month away").click()
    event.get_by_role("button", name="Tuesday", exact=True).click()
    event.get_by_label("Time of day").fill("12:00")
    zone = event.get_by_role("combobox", name="Time zone")
    expect(zone).to_have_value("Europe/Berln")
    zone.click()
    zone.fill("new york")
    page.get_by_role("option", name="America/New_York").click()
    expect(event.get_by_text("Tuesdays at 12:00, America/New_York", exact=True)).to_be_visible()
    builder.publish()


SUSPENDED = """
id: told-{number}
name: Told {number}
event: {{card: okta.user_suspended, connection: okta}}
cards:
  - {{id: say, card: text.compose, inputs: {{text: Hello}}}}
"""


def test_an_event_that_starts_several_flows_leads_to_each_run(person: Person, company: Company) -> None:
    builder, page = Builder(person), person.page
    for number in (1, 2):
        builder.bring(SUSPENDED.format(number=number))
        builder.publish()
    person.go("Sandbox")
    login = person.demo.somebody()
    company.suspends(login)
    person.go("Events")
    row = page.get_by_role("row").filter(has_text=login)
    for number in (1, 2):
        expect(row.get_by_role("link", name=f"Told {number}")).to_be_visible()
    with person.screen(PHONE):
        assert person.serious(page.get_by_role("main")) == []
    person.go("Flows")  # other tests count what a suspension starts
    for number in (1, 2):
        person.presses_in_menu(f"Actions for Told {number}", "Delete")
        page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
        expect(builder.line(f"Told {number}")).to_have_count(0)


HOOK = """
id: hooked-{number}
name: Hooked {number}
event: {{card: endpoint, outputs: {{}}}}
cards:
  - {{id: say, card: text.compose, inputs: {{text: Hello}}}}
"""


def test_a_secret_that_is_shown_once_stays_until_somebody_has_it(person: Person) -> None:
    builder, page = Builder(person), person.page
    builder.bring(HOOK.format(number=1))
    builder.publish()
    person.go("Events")
    page.get_by_role("tab", name="Endpoints").click()
    row = page.get_by_role("row").filter(has_text="Hooked 1")
    make = row.get_by_role("button", name="Make a token")
    with person.screen(PHONE):
        expect(make).to_be_in_viewport(ratio=1)
        expect(row.get_by_role("button", name="Copy the address")).to_be_in_viewport(ratio=1)
    make.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("A client token for Hooked 1")
    expect(dialog).not_to_contain_text("The one before")
    dialog.get_by_role("button", name="Make a token").click()
    secret = dialog.get_by_role("code")
    expect(secret).to_be_visible()
    token = secret.inner_text()
    expect(dialog.locator(":focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(dialog.get_by_role("alert")).to_contain_text("never shown again")
    page.mouse.click(5, 5)  # beside it
    dialog.get_by_role("button", name="Close", exact=True).click()
    expect(secret).to_have_text(token)
    assert not person.serious(dialog)
    dialog.get_by_role("button", name="I have it, close").click()
    expect(dialog).to_have_count(0)
    renew = row.get_by_role("button", name="Make a new token")
    expect(renew).to_be_focused()
    renew.press("Enter")
    expect(dialog).to_contain_text("The one before stops working")
    dialog.get_by_role("button", name="Make a new token").click()
    dialog.get_by_role("button", name="Copy the token").click()
    expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    page.keyboard.press("Escape")  # it was copied
    expect(dialog).to_have_count(0)
    expect(renew).to_be_focused()


@pytest.mark.parametrize(
    ("place", "second", "third"), [("Events", "Event hooks", "Schedules"), ("Sandbox", "Letters", "Ledger")]
)
def test_the_chosen_tab_is_in_the_address(person: Person, place: str, second: str, third: str) -> None:
    page = person.page

    def chosen(name: str) -> None:
        expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")

    person.go(place)
    page.get_by_role("tab", name=second).click()
    chosen(second)
    page.get_by_role("tab", name=third).click()
    chosen(third)
    page.reload()
    chosen(third)
    with person.other_tab() as shared:
        shared.goto(page.url)
        expect(shared.get_by_role("tab", name=third)).to_have_attribute("aria-selected", "true")
    page.go_back()
    chosen(second)


def test_the_bar_of_a_flow_leads_back_to_its_folder(person: Person) -> None:
    page = person.page
    person.go("Flows")
    page.get_by_role("button", name="New folder").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("Leaving us")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="New flow").click()
    dialog.get_by_label("Name", exact=True).fill("Of a folder")
    dialog.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name="Of a folder", level=1)).to_be_visible()
    builder = Builder(person)
    builder.add("compose")
    builder.publish()
    page.get_by_role("banner").or_(page.get_by_role("main")).get_by_role("link", name="Leaving us").first.click()
    expect(page.get_by_role("table", name="Flows").get_by_role("link", name="Of a folder")).to_be_visible()
    expect(page).to_have_url(re.compile("folder=leaving-us"))
