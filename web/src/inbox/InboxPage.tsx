import { Button } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Moment } from "../components/Moment";
import { PageBar } from "../components/Page";
import { ProblemNote } from "../components/ProblemNote";
import { Pill } from "../components/StatePill";
import { Waiting as WaitingNote } from "../components/Waiting";
import { walk } from "../flow/document";
import { cardAt } from "../history/painted";
import { QuestionCard } from "../history/QuestionCard";
import { versionQuery } from "../history/run";
import { text } from "../text";
import classes from "./InboxPage.module.css";
import { inboxQuery, keyOf, type Waiting } from "./waiting";

/** All that waits for a person, and the screen to decide it. */
export function InboxPage() {
  const inbox = useInfiniteQuery(inboxQuery);
  const [chosen, setChosen] = useState<string | null>(null);
  const rows = inbox.data?.pages.flatMap((page) => page.rows) ?? [];
  const shown = rows.find((row) => keyOf(row) === chosen) ?? rows[0];
  return (
    <>
      <PageBar title={text.inbox.title} about={text.inbox.about} />
      {inbox.error ? <ProblemNote error={inbox.error} /> : null}
      {inbox.isPending ? <WaitingNote /> : null}
      {inbox.isSuccess && rows.length === 0 ? <p className={classes.empty}>{text.inbox.none}</p> : null}
      {shown ? (
        <div className={classes.body}>
          <ul className={classes.list} aria-label={text.inbox.title}>
            {rows.map((row) => (
              <li key={keyOf(row)}>
                <Item row={row} current={row === shown} onChoose={() => setChosen(keyOf(row))} />
              </li>
            ))}
            {inbox.hasNextPage ? (
              <li>
                <Button
                  variant="subtle"
                  fullWidth
                  loading={inbox.isFetchingNextPage}
                  onClick={() => void inbox.fetchNextPage()}
                >
                  {text.components.more}
                </Button>
              </li>
            ) : null}
          </ul>
          <Detail key={keyOf(shown)} row={shown} />
        </div>
      ) : null}
    </>
  );
}

function Item({ row, current, onChoose }: { row: Waiting; current: boolean; onChoose: () => void }) {
  const title = useTitle(row);
  return (
    <button type="button" className={classes.item} aria-current={current} onClick={onChoose}>
      <Pill tone="ask">{text.run.outcome.unknown}</Pill>
      <b>{text.run.question.title(title)}</b>
      <span>
        {row.about ?? row.flow_name} · {text.run.question.since} <Moment at={row.since} />
      </span>
    </button>
  );
}

function Detail({ row }: { row: Waiting }) {
  const title = useTitle(row);
  return (
    <div className={classes.detail}>
      <p className={classes.about}>
        {row.flow_name}
        {row.about ? ` · ${row.about}` : ""} ·{" "}
        <Link to="/history/$runId" params={{ runId: row.question.run_id }}>
          {text.inbox.openRun}
        </Link>
      </p>
      <QuestionCard question={row.question} title={title} />
    </div>
  );
}

/** The author's words for the card that asks. */
function useTitle(row: Waiting): string {
  const version = useQuery(versionQuery({ flow_id: row.flow_id, version: row.version }));
  const id = cardAt(row.question.path);
  return [...walk(version.data?.flow.cards)].find((card) => card.id === id)?.title ?? id;
}
