/** Whether what claims to be a flow or a card has the shape that pages draw. What it says is the checker's matter. */
import type { Card, Flow } from "./document";

type Test = (value: unknown) => boolean;

const text: Test = (value) => typeof value === "string";
const number: Test = (value) => typeof value === "number";
const yes: Test = (value) => typeof value === "boolean";
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const maybe =
  (test: Test): Test =>
  (value) =>
    value === undefined || value === null || test(value);
const listOf =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(test);
const valuesOf =
  (test: Test): Test =>
  (value) =>
    isObject(value) && Object.values(value).every(test);
/** An object whose fields are so, as far as they are there; others may stand beside them. */
const having =
  (fields: Record<string, Test>): Test =>
  (value) =>
    isObject(value) && Object.entries(fields).every(([name, test]) => test(value[name]));

const types = maybe(valuesOf(text));
const values = maybe(isObject);
const call = maybe(having({ flow: text, with: values }));
const retry = maybe(
  having({ times: number, wait: maybe(text), on: maybe(listOf((one) => text(one) || number(one))) }),
);
// biome-ignore lint/suspicious/noThenProperty: the document says it so
const onError = maybe(having({ retry, unknown: maybe(text), then: maybe(text), values, call }));
const branch: Test = (value) => isBranch(value);
const card: Test = (value) => isCard(value);
const cards = maybe(listOf(card));
const ofBranch: Record<string, Test> = {
  ...{ when: values, otherwise: maybe(yes), try: maybe(yes), catch: maybe(yes) },
  ...{ lane: maybe(text), cards, set: values },
};
const isBranch = having(ofBranch);
const ofCard: Record<string, Test> = {
  ...{ id: text, title: maybe(text), card: text, connection: maybe(text), note: maybe(text) },
  ...{ options: values, inputs: values, outputs: types, call, on_error: onError },
  ...{ branches: maybe(listOf(branch)), do: cards },
};
const isCard = having(ofCard);
const event = having({
  ...{ card: text, title: maybe(text), connection: maybe(text), note: maybe(text) },
  ...{ options: values, outputs: types },
});
const isFlow = having({
  ...{ id: text, name: text, about: maybe(text), note: maybe(text), save_data: maybe(yes) },
  ...{ limits: maybe(having({ at_once: maybe(number) })), event, cards },
});

/** The flow in a document; null if it has another shape: a later Keyturn may have made it. */
export function shapedFlow(document: unknown): Flow | null {
  return isFlow(document) ? (document as Flow) : null;
}

/** The cards in a list; null if one of them has another shape. */
export function shapedCards(list: unknown): Card[] | null {
  return listOf(card)(list) ? (list as Card[]) : null;
}

/** The cards in a document as far as they can be read: without what in them has another shape. */
export function readableCards(document: unknown): Card[] {
  return isObject(document) ? readable(document.cards) : [];
}

function readable(list: unknown): Card[] {
  const found = Array.isArray(list) ? list.filter(isObject) : [];
  return found
    .filter((one) => text(one.id) && text(one.card))
    .map((one) => {
      const card = kept(one, ofCard) as unknown as Card;
      const branches = Array.isArray(one.branches) ? one.branches.filter(isObject) : [];
      if (branches.length > 0) {
        card.branches = branches.map((branch) => ({
          ...kept(branch, ofBranch),
          cards: readable(branch.cards),
        }));
      }
      if (Array.isArray(one.do)) {
        card.do = readable(one.do);
      }
      return card;
    });
}

/** The fields of an object that have their shape. */
function kept(whole: Record<string, unknown>, fields: Record<string, Test>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(whole).filter(([name, value]) => name in fields && fields[name]?.(value)),
  );
}
