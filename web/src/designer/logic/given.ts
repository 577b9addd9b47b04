/** Fields that a card or the event gives under names of the author's: they are renamed and taken away with an eye to
 * who uses them. */
import { type Card, type Flow, type Json, walk } from "../../flow/document";
import { ABOUT } from "../../flow/layout";
import { referencesIn, withField } from "./references";
import { change } from "./tree";

type Named<T> = { [name: string]: T };

function renamed<T>(values: Named<T> | undefined, from: string, to: string): Named<T> | undefined {
  return values && from in values
    ? Object.fromEntries(Object.entries(values).map(([name, value]) => [name === from ? to : name, value]))
    : values;
}

/** The flow with a given field under another name, there and wherever it is used. What does not change is the same. */
export function renameGiven(flow: Flow, root: string, from: string, to: string): Flow {
  if (root === "event") {
    const outputs = renamed(flow.event.outputs, from, to);
    return withField(
      { ...flow, event: { ...flow.event, ...(outputs ? { outputs } : {}) } } as never,
      root,
      from,
      to,
    );
  }
  const there = change(flow, root, (card) => givenByCard(card, from, to));
  return withField(there as never, root, from, to);
}

/** A field of a card is said by its types, by the values that go into it, and by those that its branches hand on. */
function givenByCard(card: Card, from: string, to: string): Card {
  const inputs = renamed(card.inputs, from, to);
  const outputs = renamed(card.outputs, from, to);
  const branches = card.branches?.map((branch) =>
    branch.set && from in branch.set ? { ...branch, set: renamed(branch.set, from, to) } : branch,
  );
  const values = renamed(card.on_error?.values, from, to);
  return {
    ...card,
    ...(inputs ? { inputs } : {}),
    ...(outputs ? { outputs } : {}),
    ...(branches ? { branches } : {}),
    ...(values ? { on_error: { ...card.on_error, values } } : {}),
  };
}

/** Cards, in document order, that use a field of the event or of a card; ABOUT, where the flow is about it. */
export function usersOf(flow: Flow, root: string, name: string): string[] {
  const uses = (value: Json | undefined) =>
    [...referencesIn(value)].some((one) => one.root === root && one.path[0] === name);
  const cards = [...walk(flow.cards)].filter((card) => {
    // what the cards inside say is theirs
    const branches = card.branches?.map(({ when, set }) => ({ when: when ?? null, set: set ?? null }));
    const own = { ...card, branches: branches ?? null, do: null, title: null, note: null };
    return uses(own as unknown as Json);
  });
  return [...cards.map((card) => card.id), ...(uses(flow.about ?? undefined) ? [ABOUT] : [])];
}
