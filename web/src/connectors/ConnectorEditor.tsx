import { Button, Group } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useRef, useState } from "react";
import { api, data } from "../api/client";
import { onceThere } from "../api/onceThere";
import { Confirm } from "../components/Confirm";
import { Leaving } from "../components/Leaving";
import { ProblemNote } from "../components/ProblemNote";
import { Waiting } from "../components/Waiting";
import { text } from "../text";
import classes from "./Connectors.module.css";
import { type Checked, check, renewed } from "./connectors";

const words = text.connectors;
const SourceText = lazy(() =>
  onceThere(async () => ({ default: (await import("../components/SourceText")).SourceText })),
);

interface ConnectorEditorProps {
  source: string;
  /** The digest of the connector that is changed; empty for a new one. */
  follows: string;
  /** What leads back to another page. */
  back?: ReactNode;
  /** Goes back within the page, to what it was begun from. */
  onBack?: () => void;
}

/** A connector as text, looked at by the server as one types, and kept. */
export function ConnectorEditor({ source, follows, back, onBack }: ConnectorEditorProps) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [typed, setTyped] = useState(source);
  const [settled] = useDebouncedValue(typed, 400);
  // of one that is new nothing is kept, whatever it was begun from
  const kept = useRef(follows === "" ? null : source);
  const [asks, setAsks] = useState(false);
  const [goTo, setGoTo] = useState<{ line: number } | null>(null);
  const checked = useQuery({
    queryKey: ["connector check", settled],
    queryFn: ({ signal }) => check(settled, signal),
    placeholderData: (before) => before,
    gcTime: 0,
  });
  const saving = useMutation({
    mutationFn: async (written: string) => {
      const name = (await check(written)).name ?? "";
      const params = { path: { connector: name } };
      const body = { source: written, follows };
      return data(api.PUT("/api/v1/connectors/{connector}", { params, body }));
    },
    onSuccess: async (made, written) => {
      kept.current = written;
      await renewed(queries);
      notifications.show({ message: words.saved(made.title) });
      await navigate({ to: "/connectors/$name", params: { name: made.name } });
    },
  });
  const looking = checked.isFetching || settled !== typed;
  const good = checked.data !== undefined && !looking && checked.data.problems.length === 0;
  return (
    <>
      <p className={classes.quiet} style={{ marginBottom: 10 }}>
        {words.sourceWhat} {follows ? words.editUsed : ""}
      </p>
      <div className={classes.beside}>
        <Suspense fallback={<Waiting />}>
          <SourceText label={words.source} value={source} onChange={setTyped} goTo={goTo} />
        </Suspense>
        <div className={classes.form}>
          <Group>
            {back}
            {onBack ? (
              <Button variant="default" onClick={() => (typed === source ? onBack() : setAsks(true))}>
                {words.back}
              </Button>
            ) : null}
            <Button disabled={!good} loading={saving.isPending} onClick={() => saving.mutate(typed)}>
              {words.save}
            </Button>
          </Group>
          {saving.error ? <ProblemNote error={saving.error} /> : null}
          {checked.error ? <ProblemNote error={checked.error} /> : null}
          <div role="status" className={classes.quiet}>
            {looking ? words.checking : good ? words.good(checked.data?.actions?.length ?? 0) : ""}
          </div>
          {checked.data ? <Found checked={checked.data} onLine={(line) => setGoTo({ line })} /> : null}
        </div>
      </div>
      {/* it is saved by its button only: flows may be published with what is kept */}
      <Leaving unsaved={() => typed !== kept.current} save={async () => undefined} words={words.leave} />
      {asks && onBack ? (
        <Confirm {...words.leave} act={async () => onBack()} onClose={() => setAsks(false)} />
      ) : null}
    </>
  );
}

function Found({ checked, onLine }: { checked: Checked; onLine(line: number): void }) {
  if (checked.problems.length > 0) {
    return (
      <ul className={classes.bad} aria-label={words.problems}>
        {checked.problems.map((problem) => (
          <li key={`${problem.line} ${problem.what}`}>
            {problem.line ? (
              <button type="button" onClick={() => onLine(problem.line ?? 1)}>
                {words.line(problem.line)}
              </button>
            ) : null}{" "}
            {problem.what} {problem.mend}
          </li>
        ))}
      </ul>
    );
  }
  return (
    <ul className={classes.operations} aria-label={words.actions}>
      {(checked.actions ?? []).map((action) => (
        <li key={action.card}>
          <b>{action.title}</b>{" "}
          <span className={classes.quiet}>{words.effects[action.effect] ?? action.effect}</span>
          <div className={classes.path}>{action.card}</div>
        </li>
      ))}
    </ul>
  );
}
