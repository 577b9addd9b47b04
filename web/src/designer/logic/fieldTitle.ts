/** What people call the field that a problem is about. */
import { type Flow, walk } from "../../flow/document";
import { text } from "../../text";
import type { Found } from "../context";
import type { Field, Spec, Specs } from "./signature";

/** Under these a name is a field of the card, or the author's own. */
const OF_FIELDS = ["inputs", "options", "with", "set", "outputs", "values"];

/** The title of a field as its card or the screen shows it; its name where neither tells, as under a name of the author's. */
export function fieldTitle(
  flow: Flow,
  specs: Specs,
  { card, field, path }: Pick<Found, "card" | "field" | "path">,
): string {
  if (!field) {
    return "";
  }
  const key = card ? [...walk(flow.cards)].find((one) => one.id === card)?.card : flow.event.card;
  const spec = key === undefined ? undefined : specs.get(key);
  const title = spec && titleIn(declared(spec), field);
  if (path.some((step) => OF_FIELDS.includes(String(step)))) {
    return title || field;
  }
  return text.designer.parts.get(field) ?? (title || field);
}

function declared(spec: Spec): readonly Field[] {
  return [...spec.inputs, ...spec.variants.flatMap((variant) => variant.inputs), ...spec.options];
}

/** Those of a card before those of its objects. */
function titleIn(fields: readonly Field[], name: string): string {
  const own = fields.find((field) => field.name === name)?.title;
  return own || fields.map((field) => titleIn(field.fields as Field[], name)).find(Boolean) || "";
}
