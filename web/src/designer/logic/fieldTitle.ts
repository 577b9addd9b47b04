/** What people call the field that a problem is about. */
import { type Flow, walk } from "../../flow/document";
import type { Field, Spec, Specs } from "./signature";

/** The title of a field as its card shows it; its name where the card does not tell, as under a name of the author's. */
export function fieldTitle(flow: Flow, specs: Specs, card: string | null, name: string): string {
  const key = card === null ? flow.event.card : [...walk(flow.cards)].find((one) => one.id === card)?.card;
  const spec = key === undefined ? undefined : specs.get(key);
  return (spec && titleIn(declared(spec), name)) || name;
}

function declared(spec: Spec): readonly Field[] {
  return [...spec.inputs, ...spec.variants.flatMap((variant) => variant.inputs), ...spec.options];
}

/** Those of a card before those of its objects. */
function titleIn(fields: readonly Field[], name: string): string {
  const own = fields.find((field) => field.name === name)?.title;
  return own || fields.map((field) => titleIn(field.fields as Field[], name)).find(Boolean) || "";
}
