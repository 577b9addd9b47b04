import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { duration } from "../components/format";
import { Moment } from "../components/Moment";
import { PageBar, PageBody } from "../components/Page";
import { ProblemNote } from "../components/ProblemNote";
import { StatePill } from "../components/StatePill";
import { Waiting } from "../components/Waiting";
import { useCards } from "../flow/catalogue";
import { type Flow, walk } from "../flow/document";
import { EVENT } from "../flow/layout";
import { bringSideways, focusCard } from "../flow/useCardKeys";
import { text } from "../text";
import { useDrawable } from "./drawn";
import { Exchanges } from "./Exchanges";
import { exchangesOf } from "./exchange";
import { Failure } from "./Failure";
import { LeftOpen } from "./LeftOpen";
import { OddVersion } from "./OddVersion";
import { titleOf } from "./PaintedCard";
import { PaintedRow } from "./PaintedRow";
import { PauseCard } from "./PauseCard";
import { cardAt, paintedOf, pathOf, roundsIn, writtenRounds } from "./painted";
import { QuestionCard } from "./QuestionCard";
import { RunActions } from "./RunActions";
import { RunAgain } from "./RunAgain";
import classes from "./RunPage.module.css";
import { RunTree } from "./RunTree";
import { failedQuery, helperAtFaultQuery, leftOpenQuery, pausesQuery, questionsQuery, runQuery } from "./run";
import { hasEnded, type Run, saidVersion } from "./runs";
import { Timeline } from "./Timeline";
import { type Called, useCalled } from "./useCalled";
import { useCulprit } from "./useCulprit";
import { usePainting } from "./usePainting";

/** One run, painted on the cards of its version. */
export function RunPage() {
  const { runId } = useParams({ from: "/shell/history/$runId" });
  const { rounds } = useSearch({ from: "/shell/history/$runId" });
  const navigate = useNavigate({ from: "/history/$runId" });
  const onRounds = useCallback(
    (written: string) => void navigate({ search: { rounds: written }, replace: true, resetScroll: false }),
    [navigate],
  );
  const run = useQuery(runQuery(runId));
  if (run.data === undefined) {
    return (
      <>
        <PageBar title={text.history.title} crumb={<Link to="/history">{text.run.crumb}</Link>} />
        <PageBody>{run.error ? <ProblemNote error={run.error} /> : <Waiting />}</PageBody>
      </>
    );
  }
  return <RunShown key={runId} run={run.data} {...{ rounds, onRounds }} />;
}

interface RunShownProps {
  run: Run;
  /** Which rounds of its loops are looked at, as the page's address has it; else those where it failed. */
  rounds?: string | undefined;
  onRounds: (written: string) => void;
}

export function RunShown({ run, ...place }: RunShownProps) {
  const { flow, odd, error } = useDrawable(run);
  useFreshAtTheEnd(run);
  if (flow === undefined) {
    return (
      <>
        <RunBar run={run} />
        <div className={classes.body}>
          <RunTree run={run} />
          <div className={classes.right}>
            <div className={classes.notes}>
              <Failure run={run} />
              <RunAgainOf run={run} />
              {error ? <ProblemNote error={error} title={text.run.versionGone} /> : <Waiting />}
            </div>
          </div>
        </div>
      </>
    );
  }
  return <Drawn run={run} flow={flow} odd={odd} gone={error} {...place} />;
}

/** When a run ends, what was read while it ran is read once more. */
function useFreshAtTheEnd(run: Run) {
  const queries = useQueryClient();
  const ended = hasEnded(run);
  useEffect(() => {
    if (ended) {
      void queries.invalidateQueries({ queryKey: ["run", run.id] });
    }
  }, [queries, run.id, ended]);
}

interface DrawnProps extends RunShownProps {
  flow: Flow;
  odd: unknown;
  /** Why the version that ran cannot be read. */
  gone: unknown;
}

function Drawn({ run, flow, odd, gone, rounds: written, onRounds }: DrawnProps) {
  const failed = useQuery(failedQuery(run)).data ?? null;
  const helper = useQuery(helperAtFaultQuery(run)).data ?? null;
  // a loop that calls a helper flow shows the round in which that failed
  const fault = helper?.parent_path ?? failed ?? "";
  const rounds = useMemo(() => roundsIn(written ?? fault), [written, fault]);
  const [chosen, setChosen] = useState<string | null>(null);
  const [exchange, setExchange] = useState<string | null>(null);
  const specs = useCards([flow.event.card, ...[...walk(flow.cards)].map((card) => card.card)]);
  const { painting, entries, error, pending } = usePainting(run, flow, rounds);
  const failedCard = failed === null ? null : cardAt(failed);
  const selected = chosen ?? failedCard;
  const cards = useMemo(() => new Map([...walk(flow.cards)].map((card) => [card.id, card])), [flow]);
  const first = flow.cards?.[0];
  const culprit = useCulprit(run, failed, cards);

  const brought = useRef(false);
  useEffect(() => {
    // once: whoever looks at other rounds afterwards stays where they are
    if (failedCard !== null && !pending && !brought.current) {
      brought.current = true;
      bringSideways(failedCard);
    }
  }, [failedCard, pending]);

  function beginning(id: string | null | undefined) {
    const card = id ? cards.get(id) : undefined;
    return card === undefined
      ? null
      : { path: pathOf(flow, card.id, rounds), title: titleOf(card, specs.get(card.card)) };
  }
  const begins = chosen ?? culprit;
  const reached = begins !== null && begins !== EVENT && paintedOf(painting, begins).state !== "not reached";
  const shownExchange = exchange === null ? undefined : cards.get(exchange);
  const failedAsked =
    failedCard !== null && paintedOf(painting, failedCard).tries.some((e) => exchangesOf(e).length > 0);
  return (
    <>
      <RunBar
        run={run}
        actions={
          <RunActions run={run} first={beginning(first?.id)} chosen={beginning(reached ? begins : null)} />
        }
      />
      <div className={classes.body}>
        <RunTree run={run} />
        <div className={classes.right}>
          <div className={classes.notes}>
            {error ? <ProblemNote error={error} /> : null}
            {gone ? <ProblemNote error={gone} title={text.run.versionGone} /> : null}
            {odd === undefined ? null : <OddVersion document={odd} />}
            <Failure run={run} onExchange={failedAsked ? () => setExchange(failedCard) : undefined} />
            {failedCard !== null ? (
              <div>
                <Button
                  variant="default"
                  size="compact-sm"
                  onClick={() => {
                    setChosen(failedCard);
                    focusCard(failedCard);
                  }}
                >
                  {text.run.toFailed}
                </Button>
              </div>
            ) : null}
            <RunAgainOf run={run} />
            {run.cancelling ? <p role="status">{text.run.cancelling}</p> : null}
            <WhatIsLeftOpen run={run} />
            <Questions run={run} />
            <PausesOf run={run} />
          </div>
          <Timeline run={run} entries={entries} />
          <PaintedRow
            {...{ run, flow, specs, painting, rounds, selected }}
            onRound={(loop, round) => onRounds(writtenRounds({ ...rounds, [loop]: round }))}
            onSelect={setChosen}
            onExchange={setExchange}
          />
        </div>
      </div>
      {shownExchange ? (
        <Exchanges
          title={titleOf(shownExchange, specs.get(shownExchange.card))}
          painted={paintedOf(painting, shownExchange.id)}
          onClose={() => setExchange(null)}
        />
      ) : null}
    </>
  );
}

function RunBar({ run, actions }: { run: Run; actions?: ReactNode }) {
  return (
    <PageBar
      title={run.flow_name}
      crumb={<Link to="/history">{text.run.crumb}</Link>}
      about={
        <>
          <StatePill run={run} /> {run.waits_for_turn ? `${text.run.waitsForTurn} · ` : null}
          <Moment at={run.started_at ?? run.created_at} />
          {run.ms === null ? "" : ` · ${duration(run.ms)}`} · {saidVersion(run)} ·{" "}
          <Link to="/flows/$flowId" params={{ flowId: run.flow_id }} className={classes.toFlow}>
            {text.run.toFlow}
          </Link>
        </>
      }
      actions={actions}
    />
  );
}

/** That the event's run was run again: what is seen here is not the last word. */
function RunAgainOf({ run }: { run: Run }) {
  const again = useQuery(runQuery(run.root_id)).data?.again;
  return again ? (
    <p>
      <RunAgain again={again} />
    </p>
  ) : null;
}

/** What a person must say about this run's tree. */
function Questions({ run }: { run: Run }) {
  const questions = useQuery(questionsQuery(run));
  return (
    <>
      {(questions.data?.rows ?? []).map((question) => (
        <Titled key={`${question.run_id} ${question.path} ${question.attempt}`} run={run} of={question}>
          {({ title, app }, flow) => (
            <QuestionCard question={question} title={title} where={text.run.question.where(app, flow)} />
          )}
        </Titled>
      ))}
    </>
  );
}

/** What was out when this run's tree was cancelled. */
function WhatIsLeftOpen({ run }: { run: Run }) {
  const found = useQuery(leftOpenQuery(run));
  return (
    <>
      {(found.data?.rows ?? []).map((question) => (
        <Titled key={`${question.run_id} ${question.path} ${question.attempt}`} run={run} of={question}>
          {({ title, app }, flow) => (
            <LeftOpen question={question} title={title} where={text.run.question.where(app, flow)} />
          )}
        </Titled>
      ))}
    </>
  );
}

/** Where this run's tree pauses until somebody resumes it. */
function PausesOf({ run }: { run: Run }) {
  const pauses = useQuery(pausesQuery(run));
  const shown = run.status === "waiting" ? (pauses.data?.rows ?? []) : [];
  return (
    <>
      {shown.map((pause) => (
        <Titled key={`${pause.run_id} ${pause.path} ${pause.since}`} run={run} of={pause}>
          {({ title }) => <PauseCard pause={pause} title={title} />}
        </Titled>
      ))}
    </>
  );
}

interface TitledProps {
  run: Run;
  of: { run_id: string; path: string };
  children(card: Called, flow: string): ReactNode;
}

/** Something about a card of this run, or of a helper run of its tree, by what the card is called. */
function Titled({ run, of, children }: TitledProps) {
  const helper = useQuery({ ...runQuery(of.run_id), enabled: of.run_id !== run.id }).data;
  const owner = of.run_id === run.id ? run : helper;
  return children(useCalled(owner, of.path), owner?.flow_name ?? "");
}
