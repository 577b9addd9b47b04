/** What can be done with cards: each refuses with a reason what would break a reference. */
import { notifications } from "@mantine/notifications";
import { type Flow, walk } from "../flow/document";
import { EVENT, type Place } from "../flow/layout";
import { text } from "../text";
import type { DesignerApi, Titles } from "./context";
import { asText, cardsIn, renamed, titlesIn } from "./logic/clipboard";
import { usersOf } from "./logic/given";
import { referencesIn } from "./logic/references";
import type { Specs } from "./logic/signature";
import { titleOf, titlePairs } from "./logic/titles";
import {
  cardsAt,
  cardsOf,
  find,
  idsOf,
  insert,
  move,
  ROOT,
  remove,
  type Spot,
  stepsFrom,
} from "./logic/tree";
import { unseenFrom } from "./logic/unseen";
import { type Broken, lostIn, newlyBroken } from "./logic/visibility";

const words = text.designer;

/** What cards are called, and what is known of their kinds. */
interface Known {
  titles: Titles;
  specs: Specs;
}

/** Why a move cannot be: who would not see any more what it uses, or would see another by the same name. */
function reason({ card, to, was, now }: Broken, { titles }: Known, say = words.uses): string {
  const called = (id: string) => titles.get(id) ?? id;
  return was !== undefined && now !== undefined
    ? words.usesOther(called(card), called(to), called(was), called(now))
    : say(called(card), called(to));
}

function refuse(title: string, why: string): void {
  notifications.show({ color: "yellow", title, message: `${why} ${words.usesMend}` });
}

type Editing = Pick<DesignerApi, "flow" | "edit">;

export function moveCards(
  api: Editing,
  known: Known,
  ids: readonly string[],
  place: Place,
  index: number,
): boolean {
  const before = api.flow();
  const why = refusedMove(before, known, ids, place, index);
  if (why !== null) {
    refuse(words.refusedMove(ids.length), why);
    return false;
  }
  const after = move(before, ids, place, index);
  // several that go together stay chosen as they are
  api.edit(() => after, undefined, ids.length === 1 ? ids[0] : undefined);
  return after !== before;
}

/** Why cards must not stand there; null if they may. */
export function refusedMove(
  flow: Flow,
  known: Known,
  ids: readonly string[],
  place: Place,
  index: number,
): string | null {
  const [first] = newlyBroken(flow, move(flow, ids, place, index), known.specs);
  return first ? reason(first, known) : null;
}

/** Why a value cannot be used in a field of a card, or of one of its lanes; null if it can. */
export function unseenValue(
  flow: Flow,
  { titles, specs }: Known,
  card: string,
  lane: number | null,
  written: string,
): string | null {
  const called = (id: string) => titles.get(id) ?? id;
  for (const { root } of referencesIn(written)) {
    const why = unseenFrom(flow, specs, card, lane, root);
    if (why !== null) {
      return words.unseen[why.kind](called(root), called(why.of));
    }
  }
  return null;
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

/** Move cards to the nearest place that breaks no reference; where each would, the last one says why. */
export function stepCards(
  api: Editing,
  known: Known,
  ids: readonly string[],
  by: -1 | 1,
  folded: ReadonlySet<string>,
): boolean {
  const flow = api.flow();
  const spots = stepsFrom(flow, ids, by, folded);
  const good = spots.find(({ place, index }) => refusedMove(flow, known, ids, place, index) === null);
  const there = good ?? spots.at(-1);
  if (there === undefined) {
    notifications.show({ message: words.moveEnd });
    return false;
  }
  return moveCards(api, known, ids, there.place, there.index);
}

/** Take neighbours out, unless others use what they give. The card that is chosen next, or null if they stay. */
export function removeCards(api: Editing, known: Known, ids: readonly string[]): string | null {
  const before = api.flow();
  const found = find(before, ids[0] ?? "");
  if (!found) {
    return null;
  }
  const after = remove(before, ids);
  const [broken] = newlyBroken(before, after, known.specs);
  if (broken) {
    refuse(words.refusedDelete, reason(broken, known, words.usesGone));
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
    refuse(words.refusedDelete, words.usesField(titles.get(user) ?? user, name));
  }
  return user === undefined;
}

export function copied(flow: Flow, ids: readonly string[], specs: Specs): string | null {
  const cards = cardsOf(flow, ids);
  const titles = new Map([...walk(flow.cards)].map((card) => [card.id, titleOf(card, specs)]));
  return cards.length > 0 ? asText(cards, titles) : null;
}

/** Put cards in and choose them; says which of their references lead to nothing there. The first of them. */
export function pasteCards(api: Editing, said: string, { place, index }: Spot, specs: Specs): string | null {
  const cards = cardsIn(said);
  if (cards === null) {
    if (said !== "") {
      notifications.show({ message: words.pasteNone });
    }
    return null;
  }
  const fresh = renamed(cards, idsOf(api.flow()));
  const [first] = fresh;
  if (first === undefined) {
    return null;
  }
  const after = insert(api.flow(), place, index, fresh);
  api.edit(() => after, undefined, first.id, fresh.at(-1)?.id);
  const all = [...walk(fresh)];
  const lost = lostIn(
    after,
    all.map((card) => card.id),
    specs,
  );
  if (lost.length > 0) {
    const titles = new Map([...titlesIn(said), ...titlePairs(after, specs)]);
    const what = lost.map(({ card, to }) => lostWords(titles.get(card) ?? card, titles.get(to)));
    notifications.show({ color: "yellow", title: words.lostTitle, message: words.lostMend(what) });
  }
  return first.id;
}

function lostWords(user: string, used: string | undefined): string {
  return used === undefined ? words.lostOfUnknown(user) : words.lost(user, used);
}

/** Where something is added when a card is chosen: behind it. */
export function behind(flow: Flow, selected: string | null): Spot {
  const found = selected === null || selected === EVENT ? null : find(flow, selected);
  return found
    ? { place: found.place, index: found.index + 1 }
    : { place: ROOT, index: selected === EVENT ? 0 : (flow.cards?.length ?? 0) };
}
