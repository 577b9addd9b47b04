import { Button, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, data } from "../api/client";
import { duration } from "../components/format";
import { Moment } from "../components/Moment";
import { ProblemNote } from "../components/ProblemNote";
import { StatePill } from "../components/StatePill";
import { Waiting } from "../components/Waiting";
import { text } from "../text";
import classes from "./RunActions.module.css";
import type { Run } from "./runs";

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
  const runs = useQuery({
    queryKey: ["runs", "to compare", run.flow_id],
    queryFn: ({ signal }) =>
      data(api.GET("/api/v1/runs", { params: { query: { flow: run.flow_id, limit: SHOWN } }, signal })),
  });
  const others = runs.data?.rows.filter((other) => other.id !== run.id) ?? [];
  if (runs.isPending) {
    return <Waiting />;
  }
  if (runs.error) {
    return <ProblemNote error={runs.error} />;
  }
  return (
    <>
      <p className={classes.quiet}>{others.length === 0 ? text.compare.none : text.compare.chooseWhat}</p>
      <ul className={classes.runs} aria-label={text.compare.list}>
        {others.map((other) => (
          <li key={other.id}>
            <Link
              to="/history/$runId/compare/$otherId"
              params={{ runId: run.id, otherId: other.id }}
              className={classes.run}
            >
              <Moment at={other.started_at ?? other.created_at} />
              <StatePill status={other.status} />
              <span>{other.about}</span>
              <span>{other.ms === null ? "" : duration(other.ms)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}
