import type { UseQueryResult } from "@tanstack/react-query";
import { explain } from "../api/errors";
import { Moment } from "../components/Moment";
import { Value } from "../components/Value";
import { text } from "../text";
import { type Exchange, ExchangeView } from "./Exchanges";
import classes from "./QuestionCard.module.css";
import type { Looked } from "./run";

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
  const { says, error } = looked.data;
  if (error?.code === "cannot-look") {
    return (
      <p>
        {String(error.message)} {String(error.mend)}
      </p>
    );
  }
  return (
    <>
      <p className={says === "happened" ? classes.so : says === "did not happen" ? classes.notSo : ""}>
        {words.says[says]}
      </p>
      {error ? (
        <p>
          {String(error.message ?? "")} {String(error.mend ?? "")}
        </p>
      ) : null}
    </>
  );
}

function Details({ looked }: { looked: Looked }) {
  const exchange = (looked.exchanges as unknown as Exchange[]).at(-1);
  return (
    <>
      {looked.outputs ? <Value value={looked.outputs} label={words.outputs} /> : null}
      {exchange ? (
        <details>
          <summary>{text.run.exchange}</summary>
          <ExchangeView exchange={exchange} />
        </details>
      ) : null}
    </>
  );
}
