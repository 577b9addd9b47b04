/** The fields and the effect that a card has once its options are chosen. */
import type { Schemas } from "../api/client";
import type { Json, Values } from "./document";

export type Spec = Schemas["CardModel"];
export type Field = Schemas["FieldModel"];
export type Effect = Schemas["EffectModel"];

export interface Signature {
  inputs: Field[];
  outputs: Field[];
  effect: Effect | null;
  streams: boolean;
}

export function signatureOf(spec: Spec, options: Values | undefined): Signature {
  const chosen: Record<string, Json> = {};
  for (const option of spec.options) {
    chosen[option.name] = option.default as Json;
  }
  Object.assign(chosen, options ?? {});
  const made: Signature = {
    inputs: [...spec.inputs],
    outputs: [...spec.outputs],
    effect: spec.effect,
    streams: false,
  };
  for (const variant of spec.variants) {
    const holds = Object.entries(variant.when).every(([name, values]) =>
      values.some((value) => value === chosen[name]),
    );
    if (holds) {
      made.inputs.push(...variant.inputs);
      made.outputs.push(...variant.outputs);
      made.effect = variant.effect ?? made.effect;
      made.streams ||= variant.streams;
    }
  }
  return made;
}
