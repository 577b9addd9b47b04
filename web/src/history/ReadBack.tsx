import type { UseQueryResult } from "@tanstack/react-query";
import { explain } from "../api/errors";
import { Moment } from "../components/Moment";
import { Pill } from "../components/StatePill";
import { text } from "../text";
import { ExchangeView, Sent } from "./Exchanges";
import type { Exchange } from "./exchange";
import classes from "./QuestionCard.module.css";
import type { Looked, Proof } from "./run";

const words = text.run.readBack;

/** What the app says now, beside what was sent; or why it cannot be asked. */
export function ReadBack({ looked }: { looked: UseQueryResult<Looked> }) {
  return (
    <section className={classes.sent} aria-label={words.title}>
      <h3>
        {words.title}
        {looked.data ? (
          <span className={classes.when}>
            <Moment at={looked.data.at} />
          </span>
        ) : null}
      </h3>
      <div role="status">{looked.isFetching ? <p>{words.asking}</p> : <Says looked={looked} />}</div>
      {looked.data ? <Details looked={looked.data} /> : null}
      {looked.data?.error?.code === "cannot-look" ? null : (
        <button
          type="button"
          className={classes.again}
          disabled={looked.isFetching}
          onClick={() => void looked.refetch()}
        >
          ↻ {words.again}
        </button>
      )}
    </section>
  );
}

function Says({ looked }: { looked: UseQueryResult<Looked> }) {
  if (looked.error) {
    return explain(looked.error).map((problem) => (
      <p key={problem.code}>
        {problem.what} {problem.mend}
      </p>
    ));
  }
  if (!looked.data) {
    return null;
  }
  const { says, outputs, error, proof } = looked.data;
  if (error?.code === "cannot-look") {
    return (
      <p>
        {String(error.message)} {String(error.mend)}
      </p>
    );
  }
  const exchange = lastOf(looked.data);
  return (
    <>
      {exchange ? <Sent exchange={exchange} /> : null}
      {proof ? (
        <p>
          {words.proof} <Proved proof={proof} />
        </p>
      ) : null}
      {outputs && !proof ? <code className={classes.gives}>{JSON.stringify(outputs)}</code> : null}
      <p className={classes.says}>
        <Pill tone={tones[says]}>{words.says[says]}</Pill>
      </p>
      {error ? <p>{String(error.mend || error.message || "")}</p> : null}
    </>
  );
}

/** The field of the answer that tells, and what stands there. */
function Proved({ proof: { field, value, has } }: { proof: Proof }) {
  const said = JSON.stringify(value) ?? "null";
  return (
    <>
      <code className={classes.proof}>{field}</code>{" "}
      {has === null ? words.is : has ? words.has : words.hasNot}{" "}
      <code className={classes.proof}>{said.length > LONGEST ? `${said.slice(0, LONGEST)}…` : said}</code>
    </>
  );
}

const LONGEST = 160;
const tones = { happened: "ok", "did not happen": "warn", nothing: "quiet" } as const;

function lastOf(looked: Looked): Exchange | undefined {
  return (looked.exchanges as unknown as Exchange[]).at(-1);
}

function Details({ looked }: { looked: Looked }) {
  const exchange = lastOf(looked);
  return exchange ? (
    <details>
      <summary>{text.run.exchange}</summary>
      <ExchangeView exchange={exchange} />
    </details>
  ) : null;
}
