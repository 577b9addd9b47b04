/** Problems in the words of the screen: cards, fields, flows and connections by what they are called there. */
import type { Flow } from "../../flow/document";
import { text } from "../../text";
import { isolated } from "../../text/isolated";
import type { Found, Surroundings, Titles } from "../context";
import { fieldTitle } from "./fieldTitle";
import { asShown, spoken } from "./references";

export interface Calling extends Omit<Surroundings, "specList"> {
  titles: Titles;
}

/** The same problem as the screen would say it; as the server said it where the screen has no sentence for it. */
export function inWords<
  P extends Pick<Found, "what" | "mend" | "said" | "parts" | "card" | "field" | "path">,
>(problem: P, flow: Flow, calling: Calling): P {
  const sentence = text.problems[problem.said ?? ""];
  if (sentence === undefined) {
    const { titles } = calling;
    return { ...problem, what: spoken(problem.what, titles), mend: spoken(problem.mend, titles) };
  }
  const named = Object.entries(problem.parts ?? {}).map(([part, value]) => {
    if (part === "flow" && value === flow.id) {
      return [part, text.designer.thisFlow];
    }
    // what the card has no field for it may have had one for, under other choices
    const asked = part === "name" && problem.said?.startsWith("unknown-") && problem.field === value;
    return [part, asked ? fieldTitle(flow, calling.specs, problem) : called(part, value, calling)];
  });
  const [what, mend] = sentence(Object.fromEntries(named));
  return { ...problem, what, mend };
}

/** What people call what a sentence names. */
function called(part: string, value: string, { titles, helpers, connections, specs }: Calling): string {
  switch (part) {
    case "flow":
      return `“${isolated(helpers.find((helper) => helper.id === value)?.name ?? value)}”`;
    case "root":
      return isolated(titles.get(value) ?? value);
    case "reference":
      return spoken(value, titles);
    case "connection":
      return `“${isolated(connections.find((one) => one.id === value)?.name ?? value)}”`;
    case "connector":
      return [...specs.values()].find((spec) => spec.connector === value)?.category ?? value;
    case "value":
    case "text":
    case "number":
      return isolated(asShown(value, titles));
    default:
      return isolated(value);
  }
}
