import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import { Value } from "../components/Value";
import { titlePairs } from "../designer/logic/titles";
import { CardRow, type RowParts } from "../flow/CardRow";
import type { CardSpec } from "../flow/catalogue";
import { conditionText } from "../flow/conditions";
import type { Card, Flow } from "../flow/document";
import { FlowCard } from "../flow/FlowCard";
import { EVENT, type Frame, type Lane, layOut } from "../flow/layout";
import { ScheduleSaid } from "../flow/ScheduleSaid";
import { elementId, useCardKeys } from "../flow/useCardKeys";
import { text } from "../text";
import { CalledRounds } from "./CalledRounds";
import { Chosen, type Names } from "./Chosen";
import { CutValue } from "./CutValue";
import { DecidedNote } from "./DecidedNote";
import { exchangesOf } from "./exchange";
import { HelperLink } from "./HelperLink";
import { useNames } from "./names";
import { Badge, Fields, fieldsOf, inOrder, PaintedCard, titleOf } from "./PaintedCard";
import classes from "./PaintedCard.module.css";
import { callsInRounds, type Painted, paintedOf, pathOf, type Rounds, roundCount } from "./painted";
import { RoundChoice } from "./RoundChoice";
import row from "./RunPage.module.css";
import { eventQuery, eventValueQuery } from "./run";
import type { Run } from "./runs";

interface PaintedRowProps {
  run: Run;
  flow: Flow;
  specs: ReadonlyMap<string, CardSpec>;
  painting: ReadonlyMap<string, Painted>;
  rounds: Rounds;
  onRound: (loop: string, round: number) => void;
  selected: string | null;
  onSelect: (card: string) => void;
  onExchange: (card: string) => void;
}

/** A run on the cards of its version. */
export function PaintedRow(props: PaintedRowProps) {
  const { run, flow, specs, painting, rounds, selected, onSelect } = props;
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const layout = useMemo(() => layOut(flow, folded), [flow, folded]);
  const keys = useCardKeys(layout, onSelect);
  const titles = useMemo(() => new Map(titlePairs(flow, specs)), [flow, specs]);
  const names = { ...useNames(flow), titles };
  const parts: RowParts = {
    event: () => (
      <EventCard {...{ run, flow, names, selected, onSelect }} spec={specs.get(flow.event.card)} />
    ),
    card: (box) => (
      <PaintedCard
        card={box.card}
        number={box.number}
        spec={specs.get(box.card.card)}
        painted={paintedOf(painting, box.id)}
        names={names}
        selected={selected === box.id}
        onSelect={() => onSelect(box.id)}
        acts={<Acts {...props} card={box.card} path={pathOf(flow, box.id, rounds)} />}
      />
    ),
    head: (frame) => (
      <FrameHead
        frame={frame}
        spec={specs.get(frame.card.card)}
        names={names}
        painted={paintedOf(painting, frame.id)}
        round={rounds[frame.id] ?? 0}
        onRound={(round) => props.onRound(frame.id, round)}
        onFold={() => setFolded(toggled(folded, frame.id))}
        selected={selected === frame.id}
        onSelect={() => onSelect(frame.id)}
        acts={<Acts {...props} card={frame.card} path={pathOf(flow, frame.id, rounds)} />}
      />
    ),
    laneLabel: (lane) => laneLabel(lane, titles),
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrows work on the cards in it, which have the focus
    <div className={row.scroll} onKeyDown={keys}>
      <CardRow layout={layout} parts={parts} />
    </div>
  );
}

function toggled(folded: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(folded);
  if (!next.delete(id)) {
    next.add(id);
  }
  return next;
}

function laneLabel({ branch }: Lane, titles: ReadonlyMap<string, string>): string {
  if (branch === null) {
    return text.flow.body;
  }
  if (branch.otherwise) {
    return text.flow.otherwise;
  }
  if (branch.try) {
    return text.flow.try;
  }
  return branch.catch ? text.flow.catch : conditionText(branch.when, titles);
}

interface EventCardProps {
  run: Run;
  flow: Flow;
  spec: CardSpec | undefined;
  names: Names;
  selected: string | null;
  onSelect: (card: string) => void;
}

function EventCard({ run, flow, spec, names, selected, onSelect }: EventCardProps) {
  const event = useQuery(eventQuery(run));
  const title = flow.event.title || spec?.title || flow.event.card;
  return (
    <FlowCard
      id={EVENT}
      label={`${text.run.event}: ${title}`}
      title={title}
      card={flow.event.card}
      app={text.run.event}
      kind={flow.event.connection && (names.connections.get(flow.event.connection) ?? flow.event.connection)}
      selected={selected === EVENT}
      onSelect={() => onSelect(EVENT)}
    >
      {flow.event.note ? <p className={classes.note}>{flow.event.note}</p> : null}
      <ScheduleSaid event={flow.event} />
      {event.data?.values === null ? <p className={classes.note}>{text.run.notSaved}</p> : null}
      {inOrder(Object.entries(event.data?.values ?? {}), fieldsOf(spec, "outputs")).map(([name, value]) => {
        const cut = event.data?.cut?.find((one) => one.field === name);
        const label = fieldsOf(spec, "outputs").find((field) => field.name === name)?.title || name;
        return (
          <div className={classes.field} key={name}>
            <span className={classes.label}>{label}</span>
            {cut ? (
              <CutValue of="event" cut={cut} whole={eventValueQuery(run, name)} />
            ) : (
              <Value value={value} label={label} />
            )}
          </div>
        );
      })}
    </FlowCard>
  );
}

interface ActsProps extends PaintedRowProps {
  card: Card;
  path: string;
}

/** The ways from a card: its requests, its helper runs. */
function Acts({ run, specs, painting, rounds, card, path, onExchange, onRound }: ActsProps) {
  const painted = paintedOf(painting, card.id);
  const asked = painted.tries.some((entry) => exchangesOf(entry).length > 0);
  const called = Boolean(card.call) && painted.state !== "not reached";
  if (!asked && !called) {
    return null;
  }
  return (
    <>
      {asked ? (
        <button type="button" className={classes.act} onClick={() => onExchange(card.id)}>
          {text.run.exchange}
        </button>
      ) : null}
      {called && callsInRounds(card) ? (
        <CalledRounds
          {...{ run, path, painted }}
          title={titleOf(card, specs.get(card.card))}
          round={rounds[card.id] ?? 0}
          onRound={(round) => onRound(card.id, round)}
        />
      ) : null}
      {called && !callsInRounds(card) ? <HelperLink run={run} path={path} /> : null}
    </>
  );
}

interface FrameHeadProps {
  frame: Frame;
  spec: CardSpec | undefined;
  names: Names;
  painted: Painted;
  round: number;
  onRound: (round: number) => void;
  onFold: () => void;
  selected: boolean;
  onSelect: () => void;
  /** Ways from it to elsewhere. */
  acts: ReactNode;
}

/** The head of a frame: what decides or repeats, how it went, which round is looked at. */
function FrameHead(props: FrameHeadProps) {
  const { frame, spec, names, painted, round, onRound, onFold, selected, onSelect, acts } = props;
  const title = titleOf(frame.card, spec);
  return (
    <section
      className={`${classes.head} ${selected ? classes.headSelected : ""}`}
      id={elementId(frame.id)}
      tabIndex={selected ? 0 : -1}
      onFocus={onSelect}
      aria-label={`${frame.number}. ${title}`}
    >
      <button
        type="button"
        className={classes.fold}
        aria-expanded={!frame.folded}
        aria-label={frame.folded ? text.flow.unfold(title) : text.flow.fold(title)}
        onClick={onFold}
      >
        {frame.folded ? "▸" : "▾"}
      </button>
      <h2 dir="auto">
        {spec && frame.card.title ? `${spec.title} · ` : ""}
        {title}
      </h2>
      {frame.folded ? <span>{text.flow.cardsInside(frame.inside)}</span> : null}
      <Badge painted={painted} />
      {frame.card.do?.length ? (
        <RoundChoice {...{ title, round, onRound }} count={roundCount(painted)} />
      ) : null}
      {frame.card.note ? <p className={classes.note}>{frame.card.note}</p> : null}
      {painted.last?.error ? (
        <p className={classes.error} dir="auto">
          {String(painted.last.error.message ?? "")}
        </p>
      ) : null}
      <DecidedNote painted={painted} />
      {acts}
      {painted.last ? (
        <details className={classes.values}>
          <summary>{text.run.values}</summary>
          <Chosen card={frame.card} spec={spec} names={names} />
          <Fields part="inputs" card={frame.card} entry={painted.last} {...{ spec, names }} />
          <Fields part="outputs" card={frame.card} entry={painted.last} {...{ spec, names }} />
        </details>
      ) : null}
    </section>
  );
}
