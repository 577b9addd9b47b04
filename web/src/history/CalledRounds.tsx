import { Button, Checkbox } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { duration } from "../components/format";
import { toneOf } from "../components/StatePill";
import { text } from "../text";
import classes from "./CalledRounds.module.css";
import { type Painted, roundCalled, roundCount } from "./painted";
import { RoundChoice } from "./RoundChoice";
import tree from "./RunPage.module.css";
import { type Helper, helpersQuery } from "./run";
import type { Run } from "./runs";

interface CalledRoundsProps {
  run: Run;
  title: string;
  /** The path of the loop that calls a helper flow in each of its rounds. */
  path: string;
  painted: Painted;
  round: number;
  onRound: (round: number) => void;
}

const words = text.run.rounds;
const FAILED_AT_ONCE = 200;

/** The rounds of a loop that calls a helper flow: one of them with the way to its run, those that failed, all of them. */
export function CalledRounds({ run, title, path, painted, round, onRound }: CalledRoundsProps) {
  const called = useInfiniteQuery(helpersQuery(run, { path: `${path}[${round}]` }, 1));
  const failed = useInfiniteQuery(helpersQuery(run, { loop: path, status: "failed" }, FAILED_AT_ONCE));
  const [open, setOpen] = useState(false);
  const helper = called.data?.pages[0]?.rows[0];
  const next = nextRound(failed.data?.pages.flatMap((page) => page.rows) ?? [], round);
  return (
    <section className={classes.rounds} aria-label={words.of(title)}>
      <RoundChoice {...{ title, round, onRound }} count={roundCount(painted)} />
      {helper ? <RoundLink helper={helper} /> : null}
      {called.isSuccess && helper === undefined ? <p className={classes.quiet}>{words.none}</p> : null}
      {next === null ? null : (
        <Button variant="default" size="compact-sm" onClick={() => onRound(next)}>
          {words.nextFailed}
        </Button>
      )}
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{words.all}</summary>
        {open ? <EveryRound run={run} path={path} /> : null}
      </details>
    </section>
  );
}

/** The failed round behind a round, or the first one; null where there is no other. */
export function nextRound(failed: readonly Pick<Helper, "parent_path">[], round: number): number | null {
  const numbers = failed
    .map((one) => roundCalled(one.parent_path ?? ""))
    .filter((number) => number !== null)
    .sort((one, other) => one - other);
  return numbers.find((number) => number > round) ?? numbers.find((number) => number !== round) ?? null;
}

function EveryRound({ run, path }: { run: Run; path: string }) {
  const [failedOnly, setFailedOnly] = useState(false);
  const wanted = failedOnly ? { loop: path, status: "failed" as const } : { loop: path };
  const helpers = useInfiniteQuery(helpersQuery(run, wanted));
  const rows = helpers.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <>
      <Checkbox
        size="xs"
        my={8}
        label={words.failedOnly}
        checked={failedOnly}
        onChange={(event) => setFailedOnly(event.currentTarget.checked)}
      />
      {helpers.isSuccess && rows.length === 0 ? <p>{failedOnly ? words.noneFailed : words.none}</p> : null}
      <ul className={classes.list}>
        {rows.map((helper) => (
          <li key={helper.id}>
            <RoundLink helper={helper} numbered />
          </li>
        ))}
      </ul>
      {helpers.hasNextPage ? (
        <Button
          variant="subtle"
          size="compact-sm"
          loading={helpers.isFetchingNextPage}
          onClick={() => void helpers.fetchNextPage()}
        >
          {words.more}
        </Button>
      ) : null}
    </>
  );
}

/** The run of a round: whom or what it was for, how it went, how long it took. */
function RoundLink({ helper, numbered = false }: { helper: Helper; numbered?: boolean }) {
  const tone = toneOf(helper.status);
  const number = (roundCalled(helper.parent_path ?? "") ?? 0) + 1;
  const about = helper.about ?? helper.given;
  return (
    <Link to="/history/$runId" params={{ runId: helper.id }} className={classes.link}>
      <i className={`${tree.dot} ${tone in tree ? tree[tone] : ""}`} aria-hidden />
      <span dir="auto">
        {numbered ? `${number} · ` : ""}
        {about ?? (numbered ? helper.flow_name : text.run.openHelper)}
      </span>
      <span className={classes.how}>
        {text.states[helper.status] ?? helper.status}
        {helper.ms === null ? "" : ` · ${duration(helper.ms)}`}
      </span>
    </Link>
  );
}
