import { Button, Modal, TextInput } from "@mantine/core";
import { useDebouncedValue, useDisclosure } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { duration } from "../components/format";
import { Moment } from "../components/Moment";
import { ProblemNote } from "../components/ProblemNote";
import { StatePill } from "../components/StatePill";
import { Waiting } from "../components/Waiting";
import { text } from "../text";
import classes from "./RunActions.module.css";
import { type Run, runsQuery } from "./runs";

const SHOWN = 20;

/** Leads to a comparison with another run of the same flow. */
export function CompareButton({ run }: { run: Run }) {
  const [open, dialog] = useDisclosure(false);
  return (
    <>
      <Button variant="subtle" onClick={dialog.open}>
        {text.compare.choose}
      </Button>
      {open ? (
        <Modal opened onClose={dialog.close} title={text.compare.chooseTitle}>
          <Choice run={run} />
        </Modal>
      ) : null}
    </>
  );
}

function Choice({ run }: { run: Run }) {
  const [typed, setTyped] = useState("");
  const [wanted] = useDebouncedValue(typed.trim(), 300);
  const runs = useInfiniteQuery(
    runsQuery({ flow: run.flow_id, ...(wanted === "" ? {} : { text: wanted }) }, SHOWN),
  );
  const others = runs.data?.pages.flatMap((page) => page.rows).filter((other) => other.id !== run.id) ?? [];
  if (runs.isPending) {
    return <Waiting />;
  }
  if (runs.error) {
    return <ProblemNote error={runs.error} />;
  }
  const none = wanted === "" ? text.compare.none : text.compare.noneFound;
  return (
    <>
      <p className={classes.quiet}>{text.compare.chooseWhat}</p>
      <TextInput
        label={text.compare.search}
        placeholder={text.compare.searchHint}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        mb="xs"
      />
      <p role="status" className={classes.quiet}>
        {others.length === 0 ? none : ""}
      </p>
      <ul className={classes.runs} aria-label={text.compare.list}>
        {others.map((other) => (
          <li key={other.id}>
            <Link
              to="/history/$runId/compare/$otherId"
              params={{ runId: run.id, otherId: other.id }}
              className={classes.run}
            >
              <Moment at={other.started_at ?? other.created_at} />
              <StatePill run={other} />
              <span>{other.about}</span>
              <span>{other.ms === null ? "" : duration(other.ms)}</span>
            </Link>
          </li>
        ))}
      </ul>
      {runs.hasNextPage ? (
        <Button
          variant="subtle"
          fullWidth
          loading={runs.isFetchingNextPage}
          onClick={() => void runs.fetchNextPage()}
        >
          {text.components.more}
        </Button>
      ) : null}
    </>
  );
}
