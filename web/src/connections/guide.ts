/** What a guide fills in: texts with places in braces. Pure. */
import type { Connector } from "./connections";
import type { Draft } from "./draft";

export type Kind = Connector["kinds"][number];
export type Guide = NonNullable<Kind["guide"]>;

const PLACE = /\{([a-z][a-z0-9_]*)\}/g;

/** The text with what is known put in; places of which nothing is known stay. */
export function filled(text: string, values: Record<string, string>): string {
  return text.replace(PLACE, (place, name: string) => values[name] || place);
}

/**
 * The value of a setting: what was typed, else what the guide has for it, else the connector's own.
 * A preset of which a part is not known yet is none.
 */
export function settingOf(connector: Connector, draft: Draft, name: string, scopes: string): string {
  const typed = draft.settings[name];
  if (typed !== undefined && typed !== "") {
    return typed;
  }
  const guide = connector.kinds.find((one) => one.kind === draft.kind)?.guide;
  if (name === "scope" && guide?.asked && scopes !== "") {
    return scopes;
  }
  const base = (draft.base_url.trim() || connector.base_url).replace(/\/+$/, "");
  const preset = filled(guide?.settings[name] ?? "", { ...draft.asked, base_url: base });
  return new RegExp(PLACE.source).test(preset) ? "" : preset;
}
