/** What can be done with cards: each refuses with a reason what would break a reference. */
import { notifications } from "@mantine/notifications";
import type { Flow } from "../flow/document";
import { EVENT, type Place } from "../flow/layout";
import { text } from "../text";
import type { DesignerApi, Titles } from "./context";
import { asText, cardsIn, renamed } from "./logic/clipboard";
import { usersOf } from "./logic/given";
import { cardsAt, find, idsOf, insert, move, ROOT, remove, stepsFrom } from "./logic/tree";
import { type Broken, newlyBroken } from "./logic/visibility";

const words = text.designer;

function refuse(
  title: string,
  broken: readonly Broken[],
  titles: Titles,
  say: (a: string, b: string) => string,
): void {
  const [first] = broken;
  if (first) {
    const said = say(titles.get(first.card) ?? first.card, titles.get(first.to) ?? first.to);
    notifications.show({ color: "yellow", title, message: `${said} ${words.usesMend}` });
  }
}

type Editing = Pick<DesignerApi, "flow" | "edit">;

export function moveCard(api: Editing, titles: Titles, id: string, place: Place, index: number): boolean {
  const before = api.flow();
  const after = move(before, id, place, index);
  const broken = newlyBroken(before, after);
  if (broken.length > 0) {
    refuse(words.refusedMove, broken, titles, words.uses);
    return false;
  }
  api.edit(() => after, undefined, id);
  return after !== before;
}

/** Why a card must not stand there; null if it may. */
export function refusedMove(
  flow: Flow,
  titles: Titles,
  id: string,
  place: Place,
  index: number,
): string | null {
  const [first] = newlyBroken(flow, move(flow, id, place, index));
  return first ? words.uses(titles.get(first.card) ?? first.card, titles.get(first.to) ?? first.to) : null;
}

/** Where a place between cards is. */
export function placeWords(flow: Flow, titles: Titles, place: Place, index: number): string {
  const cards = cardsAt(flow, place);
  const [before, after] = [cards[index - 1]?.id, cards[index]?.id].map((id) => id && (titles.get(id) ?? id));
  return words.place(
    before,
    after,
    place.parent === null ? undefined : (titles.get(place.parent) ?? place.parent),
  );
}

/** Move a card to the nearest place that breaks no reference; where each would, the last one says why. */
export function stepCard(
  api: Editing,
  titles: Titles,
  id: string,
  by: -1 | 1,
  folded: ReadonlySet<string>,
): boolean {
  const flow = api.flow();
  const spots = stepsFrom(flow, id, by, folded);
  const good = spots.find(({ place, index }) => refusedMove(flow, titles, id, place, index) === null);
  const there = good ?? spots.at(-1);
  return there !== undefined && moveCard(api, titles, id, there.place, there.index);
}

/** Take a card out, unless others use what it gives. The card that is chosen next, or null if it stays. */
export function removeCard(api: Editing, titles: Titles, id: string): string | null {
  const before = api.flow();
  const found = find(before, id);
  if (!found) {
    return null;
  }
  const after = remove(before, id);
  const broken = newlyBroken(before, after);
  if (broken.length > 0) {
    refuse(words.refusedDelete, broken, titles, words.usesGone);
    return null;
  }
  const left = cardsAt(before, found.place)[found.index - 1]?.id ?? found.place.parent ?? EVENT;
  api.edit(() => after, undefined, left);
  return left;
}

/** Whether nobody uses a field that the event or a card gives; else it says who does. */
export function mayTakeAway(flow: Flow, titles: Titles, root: string, name: string): boolean {
  const [user] = usersOf(flow, root, name);
  if (user !== undefined) {
    const message = `${words.usesField(titles.get(user) ?? user, name)} ${words.usesMend}`;
    notifications.show({ color: "yellow", title: words.refusedDelete, message });
  }
  return user === undefined;
}

export function copied(flow: Flow, id: string | null): string | null {
  const card = id === null ? undefined : find(flow, id)?.card;
  return card ? asText([card]) : null;
}

/** Put cards behind the chosen one; the first of them is chosen then. */
export function pasteCards(api: Editing, said: string, selected: string | null): string | null {
  const cards = cardsIn(said);
  if (cards === null) {
    if (said !== "") {
      notifications.show({ message: words.pasteNone });
    }
    return null;
  }
  const fresh = renamed(cards, idsOf(api.flow()));
  const { place, index } = behind(api.flow(), selected);
  const first = fresh[0]?.id;
  api.edit((flow) => insert(flow, place, index, fresh), undefined, first);
  return first ?? null;
}

/** Where something is added when a card is chosen: behind it. */
export function behind(flow: Flow, selected: string | null): { place: Place; index: number } {
  const found = selected === null || selected === EVENT ? null : find(flow, selected);
  return found
    ? { place: found.place, index: found.index + 1 }
    : { place: ROOT, index: selected === EVENT ? 0 : (flow.cards?.length ?? 0) };
}
