import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { Pill } from "../../components/StatePill";
import type { Flow } from "../../flow/document";
import { EVENT } from "../../flow/layout";
import { text } from "../../text";
import { FLOW, FLOW_FIELDS, type Found, ON_ERROR, type Titles, useAround } from "../context";
import { fieldTitle } from "../logic/fieldTitle";
import classes from "./panels.module.css";

interface ProblemsProps {
  flow: Flow;
  problems: readonly Found[];
  checking: boolean;
  titles: Titles;
  onGo(card: string, field: string | null, inSettings: boolean): void;
}

/**
 * The card and the field that it is about, and whether that is among the card's settings, where it says what happens on
 * an error; the flow as a whole has a place of its own.
 */
export function placeOf({
  card,
  field,
  path,
}: Pick<Found, "card" | "field" | "path">): [card: string, field: string | null, inSettings: boolean] {
  const [first] = path;
  if (!card && typeof first === "string" && FLOW_FIELDS.includes(first)) {
    return [FLOW, first, false];
  }
  return [card ?? EVENT, field ?? null, path.includes(ON_ERROR)];
}

/** All that the checker says, each with the way to it. */
export function Problems({ flow, problems, checking, titles, onGo }: ProblemsProps) {
  const { specs } = useAround();
  const navigate = useNavigate();
  function go(problem: Found) {
    const { caller, at } = problem.parts ?? {};
    if (caller !== undefined) {
      // what is to be mended stands in a flow that calls this one
      void navigate({ to: "/flows/$flowId", params: { flowId: caller }, search: at ? { card: at } : {} });
    } else {
      onGo(...placeOf(problem));
    }
  }
  if (problems.length === 0) {
    return <p className={classes.hint}>{checking ? text.designer.checking : text.designer.noProblems}</p>;
  }
  return (
    <>
      {problems.map((problem) => (
        <div key={`${problem.card} ${problem.path.join(".")} ${problem.what}`} className={classes.problem}>
          <Pill tone={problem.severity === "error" ? "bad" : "warn"}>
            {text.designer.severity[problem.severity]}
          </Pill>
          <span>
            {[
              problem.card ? (titles.get(problem.card) ?? problem.card) : "",
              fieldTitle(flow, specs, problem),
            ]
              .filter(Boolean)
              .join(" › ")}
          </span>
          <p>
            {problem.what} {problem.mend}
          </p>
          <Button size="xs" variant="default" onClick={() => go(problem)}>
            {text.designer.goTo}
          </Button>
        </div>
      ))}
    </>
  );
}
