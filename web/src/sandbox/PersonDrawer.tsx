import { Drawer } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, data } from "../api/client";
import { Moment } from "../components/Moment";
import { ProblemNote } from "../components/ProblemNote";
import { StatePill } from "../components/StatePill";
import { Waiting } from "../components/Waiting";
import { text } from "../text";
import { holdings, type Person, standings } from "./company";
import { Account, SuspendButton } from "./People";
import { LIVE_MS } from "./rows";
import classes from "./SandboxPage.module.css";

const words = text.sandbox;

/** One person whole: accounts and sessions, what they hold in each tenant, and the runs about them, as they happen. */
export function PersonDrawer({ login, onClose }: { login: string; onClose: () => void }) {
  const found = useQuery({
    queryKey: ["sandbox", "person", login],
    queryFn: async ({ signal }) => {
      const params = { path: { login } };
      const { person } = await data(api.GET("/api/v1/sandbox/people/{login}", { params, signal }));
      return person as unknown as Person;
    },
    refetchInterval: LIVE_MS,
  });
  const person = found.data;
  return (
    <Drawer opened onClose={onClose} position="right" size="lg" title={person?.name ?? login}>
      {found.error ? <ProblemNote error={found.error} /> : null}
      {found.isPending ? <Waiting /> : null}
      {person ? (
        <div className={classes.person}>
          <p className={classes.quiet}>
            {[person.title, person.department, person.login].filter(Boolean).join(" · ")}
            {person.manager ? ` · ${words.managedBy(person.manager)}` : ""}
          </p>
          <div>
            <SuspendButton person={person} />
          </div>
          <h3>{words.accounts}</h3>
          <dl className={classes.accounts}>
            {Object.entries(standings(person)).map(([tenant, standing]) => (
              <div key={tenant}>
                <dt>{words.tenants[tenant as keyof typeof words.tenants]}</dt>
                <dd>
                  <Account standing={standing} />
                </dd>
              </div>
            ))}
          </dl>
          {person.google.tokens > 0 ? (
            <p className={classes.quiet}>{words.tokens(person.google.tokens)}</p>
          ) : null}
          <h3>{words.holds}</h3>
          <dl className={classes.holds}>
            {holdings(person).map(([kind, names]) => (
              <div key={kind}>
                <dt>{words.holdings[kind] ?? kind}</dt>
                <dd>{names.join(", ")}</dd>
              </div>
            ))}
          </dl>
          <h3>{words.lastRuns}</h3>
          <Runs login={person.login} />
        </div>
      ) : null}
    </Drawer>
  );
}

function Runs({ login }: { login: string }) {
  const runs = useQuery({
    queryKey: ["sandbox", "runs", login],
    queryFn: async ({ signal }) => {
      const query = { about: login, limit: 5 };
      return (await data(api.GET("/api/v1/runs", { params: { query }, signal }))).rows;
    },
    refetchInterval: LIVE_MS,
  });
  if (runs.data?.length === 0) {
    return <p className={classes.quiet}>{words.noRuns}</p>;
  }
  return (
    <ul className={classes.runs} aria-label={words.lastRuns}>
      {(runs.data ?? []).map((run) => (
        <li key={run.id}>
          <StatePill run={run} />{" "}
          <Link to="/history/$runId" params={{ runId: run.id }}>
            {run.flow_name ?? run.flow_id}
          </Link>{" "}
          <span className={classes.quiet}>
            <Moment at={run.created_at} />
          </span>
        </li>
      ))}
    </ul>
  );
}
