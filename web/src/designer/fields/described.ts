/** What describes the field that a control belongs to: what it means, and what is wrong with it. */
import { createContext, useContext } from "react";
import type { Json } from "../../flow/document";
import { text } from "../../text";
import { shownAs } from "../logic/literals";

const Described = createContext<string | undefined>(undefined);
export const DescribedProvider = Described.Provider;

/** The ids of the elements that say so, as a control takes them; undefined where there are none. */
export const useDescribed = () => useContext(Described);

export interface Meant {
  type?: string;
  about?: string;
  example?: unknown;
}

/** A value such as the field may have, as it is written in it; nothing where there is none. */
export function exampleOf({ example, type = "any" }: Meant): string {
  return example === undefined || example === null ? "" : shownAs(example as Json, type);
}

/** What a field means, with an example. */
export function meaningOf(field: Meant): string {
  const example = exampleOf(field);
  return [field.about ?? "", example && text.designer.example(example)].filter(Boolean).join(" ");
}
