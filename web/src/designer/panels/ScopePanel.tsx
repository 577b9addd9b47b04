import { TextInput, VisuallyHidden } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueries } from "@tanstack/react-query";
import { type KeyboardEvent, type RefObject, useCallback, useMemo, useState } from "react";
import { size } from "../../components/format";
import type { Flow, Json } from "../../flow/document";
import { EVENT } from "../../flow/layout";
import { text } from "../../text";
import { CarriedValue } from "../cards/CarriedValue";
import { useAround, useDesigner } from "../context";
import { fieldsQuery, type LoadedField } from "../loaded";
import {
  cardsSeen,
  type Inside,
  insideKey,
  matching,
  recordKey,
  type Sample as SampleOf,
  type Samples,
  type ScopeField,
  SEARCHED,
  scopeAt,
  streamsAround,
} from "../logic/scope";
import { outputsOf, type Specs } from "../logic/signature";
import { BEGINNING_MOST, beginningQuery, recordQuery } from "../server";
import classes from "./panels.module.css";

const words = text.designer;

interface ScopePanelProps {
  flow: Flow;
  card: string | null;
  lane: number | null;
  samples: Samples;
  search: RefObject<HTMLInputElement | null>;
}

/** What a card can use, with samples of the last run: pressed, a value goes into the field that one is in. */
export function ScopePanel({ flow, card, lane, samples, search }: ScopePanelProps) {
  const api = useDesigner();
  const { specs } = useAround();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const loaded = useInside(flow, card, lane, specs);
  const depth = typed.trim() === "" ? undefined : SEARCHED;
  const every = useRecords(flow, card, useBeginnings(flow, card, lane, samples));
  const groups = useMemo(
    () => (card === null ? [] : scopeAt(flow, card, specs, words.roots, every, lane, loaded, depth)),
    [flow, card, specs, every, lane, loaded, depth],
  );
  const found = useMemo(() => matching(groups, typed), [groups, typed]);
  const listed = found.flatMap((group) => group.fields);

  function use(field: ScopeField) {
    const target = api.target.current;
    if (target === null || target.card !== card || !target.there()) {
      // what is listed is in scope at the chosen card: a field of another one is not meant
      notifications.show({ color: "yellow", message: words.noTarget });
      return;
    }
    target.insert(field.written);
    setTyped("");
    setAt(0);
  }
  function pressed(event: KeyboardEvent) {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by !== 0) {
      event.preventDefault();
      setAt((now) => Math.min(Math.max(now + by, 0), listed.length - 1));
    } else if (event.key === "Enter" && listed[at]) {
      event.preventDefault();
      use(listed[at]);
    } else if (event.key === "Escape" && api.target.current?.there()) {
      event.preventDefault();
      event.stopPropagation();
      setTyped("");
      api.target.current.focus();
    }
  }
  if (card === null || card === EVENT) {
    return <p className={classes.hint}>{words.scopeSelect}</p>;
  }
  return (
    <>
      <TextInput
        ref={search}
        data-own-undo
        aria-label={words.find}
        placeholder={words.find}
        rightSection={<span className={classes.sample}>Ctrl .</span>}
        rightSectionWidth={54}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={pressed}
      />
      {found.length === 0 ? (
        <output className={classes.hint} style={{ display: "block" }}>
          {words.scopeNone}
        </output>
      ) : null}
      {found.map((group) => (
        <section key={group.root} aria-label={group.title}>
          <h3 className={classes.group}>
            {group.number ? `${group.number} · ` : ""}
            {group.title}
          </h3>
          {group.fields.map((field) => (
            <CarriedValue
              as="button"
              key={field.written}
              written={field.written}
              className={classes.value}
              style={{ paddingLeft: 10 + 12 * (field.path.length - 1) }}
              data-current={typed !== "" && field === listed[at] ? true : undefined}
              // the field keeps the focus, and with it the place where the value goes
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => use(field)}
            >
              <span className={classes.valueTop}>
                <span>
                  <VisuallyHidden>
                    {words.use([group.title, ...field.path.slice(0, -1)].join(" "))}{" "}
                  </VisuallyHidden>
                  {field.path.at(-1)}
                </span>
                <i>{field.type}</i>
              </span>
              <Sample of={field} />
            </CarriedValue>
          ))}
        </section>
      ))}
      <p className={classes.hint}>
        {words.scopeHint} {samples.size > 0 ? words.scopeSamples : words.scopeNoSamples}
      </p>
    </>
  );
}

/** The samples, with the first record of each card that hands on records to the one that is chosen. */
function useRecords(flow: Flow, card: string | null, samples: Samples): Samples {
  const cards = useMemo(
    () => (card === null || card === EVENT ? [] : streamsAround(flow, card).map((one) => one.id)),
    [flow, card],
  );
  const combine = useCallback(
    (results: { data?: Json | undefined }[]): Samples => {
      const found = cards.flatMap((id, number): [string, SampleOf][] => {
        const value = results[number]?.data ?? null;
        return value === null ? [] : [[recordKey(id), { value }]];
      });
      return found.length > 0 ? new Map([...samples, ...found]) : samples;
    },
    [cards, samples],
  );
  return useQueries({ queries: cards.map((id) => recordQuery(flow.id, id)), combine });
}

/** Cards of which the beginnings of large outputs are fetched: those that are nearest before the chosen one. */
const NEAREST = 8;

/** The samples, with the beginnings of those outputs in scope that were too large to come along. */
function useBeginnings(flow: Flow, card: string | null, lane: number | null, samples: Samples): Samples {
  const wanted = useMemo(() => {
    const seen = card === null || card === EVENT ? [] : cardsSeen(flow, card, lane).slice(-NEAREST);
    return seen.flatMap(({ id }) => {
      const { from, large = {} } = samples.get(id) ?? {};
      const small = Object.keys(large).filter((field) => (large[field] ?? 0) <= BEGINNING_MOST);
      return from ? small.map((field) => ({ id, from, field })) : [];
    });
  }, [flow, card, lane, samples]);
  const combine = useCallback(
    (results: { data?: Json | undefined }[]): Samples => {
      const found = new Map(samples);
      for (const [at, { id, field }] of wanted.entries()) {
        const beginning = results[at]?.data;
        const one = found.get(id);
        if (beginning !== undefined && one && typeof one.value === "object" && !Array.isArray(one.value)) {
          found.set(id, { ...one, value: { ...one.value, [field]: beginning } });
        }
      }
      return found;
    },
    [wanted, samples],
  );
  return useQueries({ queries: wanted.map(({ from, field }) => beginningQuery(from, field)), combine });
}

/** What apps have in the objects that the cards in scope give, as far as it has been loaded. */
function useInside(flow: Flow, card: string | null, lane: number | null, specs: Specs): Inside {
  const wanted = useMemo(() => {
    const seen = card === null || card === EVENT ? [] : cardsSeen(flow, card, lane);
    return seen.flatMap((one) =>
      outputsOf(one, specs.get(one.card)).flatMap(({ name, loading }) =>
        loading?.can ? [{ key: insideKey(one.id, name), source: loading.source }] : [],
      ),
    );
  }, [flow, card, lane, specs]);
  const combine = useCallback(
    (results: { data?: LoadedField[] | undefined }[]) =>
      new Map(wanted.map(({ key }, number) => [key, results[number]?.data ?? []])),
    [wanted],
  );
  return useQueries({ queries: wanted.map(({ source }) => fieldsQuery(source)), combine });
}

function Sample({ of }: { of: ScopeField }) {
  if (of.sample !== undefined) {
    return <div className={classes.sample}>{shown(of.sample)}</div>;
  }
  return of.large === undefined ? null : (
    <div className={classes.sample}>{words.tooLarge(size(of.large))}</div>
  );
}

function shown(value: Json): string {
  const said = typeof value === "string" ? value : JSON.stringify(value);
  return said.length > 120 ? `${said.slice(0, 119)}…` : said || text.components.empty;
}
