/** The line below a card: what happens on an error, what it does to the world, whether it is safe to repeat. */
import { text } from "../text";
import type { Card, OnError } from "./document";
import { type Effect, type Spec, signatureOf } from "./signature";

const words = text.flow.foot;

/** Empty where there is nothing to say: a card that only computes, and whose errors stop the run. */
export function footOf(card: Card, spec: Spec | undefined): string {
  const effect = spec ? signatureOf(spec, card.options).effect : null;
  const changes = effect !== null && effect.effect !== "read";
  const error = card.on_error ?? {};
  const own = error.retry || (error.then ?? "halt") !== "halt";
  return [
    changes || own ? `${words.error} ${onError(error)}` : null,
    effect ? doing(effect) : null,
    changes ? repeating(effect, error) : null,
  ]
    .filter(Boolean)
    .join(" · ");
}

function onError({ retry, then = "halt" }: OnError): string {
  const ends = words.ends[then];
  return retry ? `${words.tries(retry.times + 1)}, ${words.after(ends)}` : ends;
}

function doing({ effect, person }: Effect): string {
  const said = words.effects[effect];
  return said === undefined ? effect : person === null ? said.thing : said.person;
}

function repeating({ repeatable, in_commit }: Effect, { unknown }: OnError): string {
  if (in_commit || repeatable) {
    return in_commit ? words.once : words.repeatable;
  }
  return unknown === "repeat" ? words.repeated : words.notRepeatable;
}
