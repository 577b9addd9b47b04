import { Drawer, Tabs } from "@mantine/core";
import { duration, size } from "../components/format";
import { Moment } from "../components/Moment";
import { useSettled } from "../components/useSettled";
import { Value } from "../components/Value";
import { text } from "../text";
import classes from "./Exchanges.module.css";
import type { Body, Exchange } from "./exchange";
import { everyTry, type Painted } from "./painted";

/** The requests of all tries of a card, beside the page. */
export function Exchanges({
  title,
  painted,
  onClose,
}: {
  title: string;
  painted: Painted;
  onClose: () => void;
}) {
  const tries = everyTry(painted);
  const all = tries.flatMap((one) => one.exchanges.map((exchange) => ({ ...one, exchange })));
  return (
    <Drawer
      opened
      onClose={onClose}
      closeOnClickOutside={useSettled(true)}
      position="right"
      size="lg"
      title={text.run.exchanges(title)}
    >
      <p className={classes.quiet}>{text.run.masked}</p>
      <Tabs defaultValue={String(all.length - 1)} keepMounted={false}>
        <Tabs.List>
          {all.map(({ attempt, at, exchange }, number) => {
            const when = exchange.at ?? at;
            return (
              <Tabs.Tab value={String(number)} key={number}>
                {tries.length > 1 ? `${text.run.tryNumber(attempt)} · ` : ""}
                {exchange.status ?? text.run.outcome.unknown}
                {when === null ? null : (
                  <>
                    {" · "}
                    <Moment at={when} />
                  </>
                )}
              </Tabs.Tab>
            );
          })}
        </Tabs.List>
        {all.map(({ exchange }, number) => (
          <Tabs.Panel value={String(number)} key={number}>
            <ExchangeView exchange={exchange} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Drawer>
  );
}

/** One request and what came back. */
export function ExchangeView({ exchange }: { exchange: Exchange }) {
  return (
    <div className={classes.exchange}>
      <h3>{text.run.request}</h3>
      <pre className={classes.line}>
        {exchange.method} {exchange.url}
      </pre>
      <BodyView body={exchange.request_body} />
      <Headers headers={exchange.request_headers} />
      <h3>
        {text.run.answer} <span className={classes.quiet}>{duration(exchange.elapsed_ms)}</span>
      </h3>
      {exchange.status === null ? (
        <p>
          {text.run.noAnswer} {exchange.error}
        </p>
      ) : (
        <>
          {(exchange.hops ?? 0) > 0 && (
            <p>
              {text.run.sentOn} <code>{exchange.final_url}</code>
            </p>
          )}
          <pre className={classes.line}>
            {exchange.status} {exchange.reason}
          </pre>
          <BodyView body={exchange.response_body} />
          <Headers headers={exchange.response_headers ?? []} />
        </>
      )}
    </div>
  );
}

/** A request in short: what was asked for, with which body, and which status came back. */
export function Sent({ exchange }: { exchange: Exchange }) {
  const { method, url, request_body: body, status, reason } = exchange;
  return (
    <pre className={classes.line}>
      {method} {pathOf(url)}
      {body && body.length > 0 ? `\n${short(body)}` : ""}
      {status === null ? "" : `\n${status} ${reason ?? ""}`}
    </pre>
  );
}

const SHORT = 200;

function short({ text: kept, length }: Body): string {
  if (kept === null) {
    return text.run.bodyNoText(size(length));
  }
  return kept.length > SHORT ? `${kept.slice(0, SHORT)}…` : kept;
}

/** An address without the app's own part; the whole stands in the full exchange. */
function pathOf(url: string): string {
  return url.replace(/^[a-z]+:\/\/[^/?#]+(?=[/?#])/i, "");
}

function BodyView({ body }: { body: Body | null }) {
  if (body === null || body.length === 0) {
    return <p className={classes.quiet}>{text.run.noBody}</p>;
  }
  if (body.text === null) {
    return <p className={classes.quiet}>{text.run.bodyNoText(size(body.length))}</p>;
  }
  return (
    <>
      <Value value={pretty(body.text)} label={text.run.body} />
      {body.cut ? <p className={classes.quiet}>{text.run.bodyCut(size(body.length))}</p> : null}
    </>
  );
}

function Headers({ headers }: { headers: [string, string][] }) {
  return (
    <details>
      <summary>
        {text.run.headers} ({headers.length})
      </summary>
      <dl className={classes.headers}>
        {headers.map(([name, value], number) => (
          <div key={`${name} ${number}`}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
