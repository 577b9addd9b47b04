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
 * Whether the guide has an address for a setting that goes with the connector's own address alone, and the app is said
 * to be at another one: it has a token service of its own, perhaps, and credentials must not go to the vendor's.
 */
export function isElsewhere(
  connector: Connector,
  kind: Kind | undefined,
  name: string,
  base: string,
): boolean {
  const preset = kind?.guide?.settings[name] ?? "";
  const ofVendor = ADDRESS.test(name) && preset !== "" && !preset.startsWith("{base_url}");
  return ofVendor && base.trim() !== "" && originOf(base) !== originOf(connector.base_url);
}

/** Settings that are addresses. */
const ADDRESS = /_url$/;

function originOf(address: string): string {
  return URL.canParse(address.trim()) ? new URL(address.trim()).origin : address.trim();
}

/**
 * The value of a setting: what was typed, else what the guide has for it, else the connector's own.
 * A preset of which a part is not known yet is none, as is one that goes with another address of the app.
 */
export function settingOf(connector: Connector, draft: Draft, name: string, scopes: string): string {
  const typed = draft.settings[name];
  if (typed !== undefined && typed !== "") {
    return typed;
  }
  const kind = connector.kinds.find((one) => one.kind === draft.kind);
  const guide = kind?.guide;
  if (name === "scope" && guide?.asked && scopes !== "") {
    return scopes;
  }
  if (isElsewhere(connector, kind, name, draft.base_url)) {
    return "";
  }
  const base = (draft.base_url.trim() || connector.base_url).replace(/\/+$/, "");
  const preset = filled(guide?.settings[name] ?? "", { ...draft.asked, base_url: base });
  return new RegExp(PLACE.source).test(preset) ? "" : preset;
}
