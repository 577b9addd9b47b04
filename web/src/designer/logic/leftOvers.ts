/** What a card says that has no meaning with the options that are chosen by now. */
import type { Card, Json } from "../../flow/document";
import { put } from "../state";
import { type Spec, signatureOf } from "./signature";

export interface LeftOver {
  part: "options" | "inputs" | "call";
  name: string;
  /** As it is called with the options that it belongs to. */
  title: string;
  value: Json;
}

export function leftOversOf(card: Card, spec: Spec): LeftOver[] {
  const { inputs, streams } = signatureOf(spec, card.options);
  const known = { options: new Set(names(spec.options)), inputs: new Set(names(inputs)) };
  const every = [...spec.options, ...spec.variants.flatMap((variant) => variant.inputs)];
  const parts = spec.free_inputs ? (["options"] as const) : (["options", "inputs"] as const);
  const found = parts.flatMap((part) =>
    Object.entries(card[part] ?? {})
      .filter(([name]) => !known[part].has(name))
      .map(([name, value]): LeftOver => {
        const title = every.find((field) => field.name === name)?.title;
        return { part, name, title: title || name, value };
      }),
  );
  if (card.call && !spec.calls && !streams) {
    found.push({ part: "call", name: "call", title: "", value: card.call.flow });
  }
  return found;
}

/** The card without something that was left over. */
export function without(card: Card, { part, name }: LeftOver): Card {
  return part === "call"
    ? put(card, "call", undefined)
    : { ...card, [part]: put({ ...card[part] }, name, undefined) };
}

function names(fields: readonly { name: string }[]): string[] {
  return fields.map((field) => field.name);
}
