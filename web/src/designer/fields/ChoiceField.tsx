import { Combobox, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type FocusEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { explain } from "../../api/errors";
import { moment } from "../../components/format";
import { Dropping } from "../../dragging/Dropping";
import type { Json } from "../../flow/document";
import { text } from "../../text";
import { useDesigner } from "../context";
import { choicesQuery, isOwn, labelQuery, nowhere, useRefresh } from "../loaded";
import { readAs, shownAs } from "../logic/literals";
import { type Loading, refers } from "../logic/loading";
import type { Field } from "../logic/signature";
import type { Choices } from "../ownChoices";
import { useDescribed } from "./described";
import classes from "./fields.module.css";
import { caretAtEnd, TokenField, type TokenFieldProps } from "./TokenField";
import { useValuePlace } from "./useValuePlace";

const words = text.designer.loaded;
const SEARCH_AFTER_MS = 200;
const AS_TYPED = "as typed";

interface ChoiceFieldProps {
  field: Pick<Field, "name" | "type">;
  value: Json | undefined;
  onChange(value: Json | undefined): void;
  loading: Loading;
  /** How the field is where its value is a text with references. */
  token: TokenFieldProps;
}

/** A field whose choices are loaded from the app: one searches and picks, or types a value, or uses a reference. */
export function ChoiceField(props: ChoiceFieldProps) {
  const { field, value, onChange, token } = props;
  const box = useRef<HTMLDivElement>(null);
  const refocus = useRef(false);
  const [typing, setTyping] = useState(false);
  const asText = refers(value) || typing;

  function use(written: string) {
    refocus.current = true;
    onChange(written);
  }
  useEffect(() => {
    if (refocus.current) {
      refocus.current = false;
      const field = box.current?.querySelector<HTMLElement>("[role=textbox]");
      if (field) {
        caretAtEnd(field);
      }
    }
  });
  const place = useValuePlace({ label: token.label, card: token.card, lane: token.lane ?? null, use });
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only sees what the field inside does
    <div
      ref={box}
      // a text that has lost its reference stays a text as long as one is in it
      onFocus={() => setTyping(asText)}
      onBlur={() => setTyping(false)}
    >
      {asText ? null : <Dropping on={box} place={place} />}
      {field.type.startsWith("list of ") && !asText ? (
        <Several {...props} onUse={use} />
      ) : asText ? (
        <TokenField {...token} />
      ) : (
        <Pick
          label={token.label}
          card={token.card}
          lane={token.lane ?? null}
          wrong={token.wrong ?? false}
          type={field.type}
          value={value}
          loading={props.loading}
          onPick={onChange}
          onUse={use}
          clears
        />
      )}
    </div>
  );
}

interface PickProps {
  label: string;
  card: string;
  lane: number | null;
  wrong: boolean;
  type: string;
  value: Json | undefined;
  loading: Loading;
  onPick(value: Json | undefined): void;
  /** A reference was chosen at the side. */
  onUse(written: string): void;
  /** Whether an emptied field takes the value away. */
  clears?: boolean;
}

/** One value out of those that the app has. */
function Pick(props: PickProps) {
  const { label, card, lane, type, value, loading, onPick } = props;
  const api = useDesigner();
  const described = useDescribed();
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const [settled] = useDebouncedValue(typed ?? "", SEARCH_AFTER_MS);
  const list = useCombobox({ onDropdownClose: () => list.resetSelectedOption() });
  const source = loading.can ? loading.source : null;
  const search = isOwn(source) ? (typed ?? "") : settled;
  const found = useQuery({
    ...choicesQuery(source ?? nowhere, search),
    // of tables all are read at once: what is typed is one of them, however soon it is left
    enabled: source !== null && (list.dropdownOpened || isOwn(source)),
  });
  const plain = value === undefined || value === null ? "" : shownAs(value, type);
  const called = useQuery({
    ...labelQuery(source ?? nowhere, plain),
    enabled: source !== null && plain !== "",
  });
  const rows = found.data?.rows ?? [];
  const own = (typed ?? "").trim();

  function choose(option: string) {
    onPick(option === AS_TYPED ? readAs(own, type) : (JSON.parse(option) as Json));
    setTyped(null);
    list.closeDropdown();
  }
  /** What was typed is the value: that of the choice which is called so, or the text itself. */
  function keep() {
    list.closeDropdown();
    if (own !== "") {
      const said = calledSo(own, rows) ?? (isOwn(source) ? onlyOne(rows) : undefined);
      onPick(said ? (said.value as Json) : readAs(own, type));
    } else if (typed === "" && props.clears && plain !== "") {
      onPick(undefined);
    }
    setTyped(null);
  }
  function left(event: FocusEvent<HTMLInputElement>) {
    if (document.activeElement === event.currentTarget) {
      list.closeDropdown(); // the window is left, and the field will be found again as it was
    } else {
      keep();
    }
  }
  function pressed(event: KeyboardEvent<HTMLInputElement>) {
    if (event.key === "Enter" && !event.nativeEvent.isComposing && list.getSelectedOptionIndex() < 0) {
      if (typed !== null) {
        event.preventDefault();
        keep();
      }
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (list.dropdownOpened) {
        list.closeDropdown();
        setTyped(null);
      } else {
        event.currentTarget.closest<HTMLElement>("[data-card]")?.focus();
      }
    }
  }
  return (
    <Combobox
      store={list}
      onOptionSubmit={choose}
      position="bottom-start"
      width={320}
      transitionProps={{ duration: 0 }}
    >
      <Combobox.Target withExpandedAttribute>
        <input
          role="combobox"
          aria-expanded={list.dropdownOpened} // the target says so too, with its other attributes
          className={`${classes.select} ${props.wrong ? classes.wrong : ""}`}
          aria-label={label}
          aria-describedby={
            [called.data ? `${id}-value` : "", described].filter(Boolean).join(" ") || undefined
          }
          aria-invalid={props.wrong ? true : undefined}
          spellCheck={false}
          placeholder={text.designer.choose}
          value={typed ?? called.data ?? plain}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            list.openDropdown();
            list.resetSelectedOption();
          }}
          onFocus={(event) => {
            const field = event.currentTarget;
            api.target.current = {
              card,
              lane,
              insert: props.onUse,
              there: () => field.isConnected,
              focus: () => field.focus(),
            };
            api.select(card);
            api.targeted();
          }}
          onClick={() => list.openDropdown()}
          onBlur={left}
          onKeyDown={pressed}
        />
      </Combobox.Target>
      {called.data && typed === null && called.data !== plain ? (
        <span id={`${id}-value`} className={classes.stands}>
          {plain}
        </span>
      ) : null}
      {/* who scrolls the list has not left the field */}
      <Combobox.Dropdown onMouseDown={(event) => event.preventDefault()}>
        <Combobox.Options className={classes.options} aria-label={label}>
          {rows.map((row) => (
            <Combobox.Option
              key={JSON.stringify(row.value)}
              value={JSON.stringify(row.value)}
              active={shownAs(row.value as Json, type) === plain}
            >
              {row.label}
              {String(row.value) === row.label ? null : <i>{shownAs(row.value as Json, type)}</i>}
            </Combobox.Option>
          ))}
          {own !== "" && !rows.some((row) => row.label === own) ? (
            <Combobox.Option value={AS_TYPED}>{words.asTyped(own)}</Combobox.Option>
          ) : null}
        </Combobox.Options>
        <Combobox.Footer>
          <Standing loading={loading} found={found} empty={rows.length === 0} />
        </Combobox.Footer>
      </Combobox.Dropdown>
    </Combobox>
  );
}

/** The choice of that name, capitals or not; undefined if there is none, or several. */
function calledSo<T extends { label: string }>(name: string, rows: readonly T[]): T | undefined {
  const same = rows.filter((row) => row.label.toLowerCase() === name.toLowerCase());
  return same.find((row) => row.label === name) ?? (same.length === 1 ? same[0] : undefined);
}

/** Of Keyturn's own there is nothing but what is listed: a part of a name that only one has means that one. */
function onlyOne<T>(rows: readonly T[]): T | undefined {
  return rows.length === 1 ? rows[0] : undefined;
}

interface StandingProps {
  loading: Loading;
  found: {
    isFetching: boolean;
    isPending: boolean;
    error: unknown;
    data?: Omit<Choices, "rows"> | undefined;
  };
  empty: boolean;
}

/** How loading stands: on its way, why not, that there is more; and the way to ask anew. */
function Standing({ loading, found, empty }: StandingProps) {
  const source = loading.can ? loading.source : null;
  const { refresh, busy } = useRefresh(source, "choices");
  if (!loading.can) {
    return <p className={classes.standing}>{whyNot(loading)}</p>;
  }
  const waits = busy || found.isFetching;
  const own = loading.source.of === "app" ? null : text.designer.ofTables;
  let said = "";
  if (waits && (empty || busy)) {
    said = (own ?? words).loading;
  } else if (found.data?.next) {
    said = words.typeMore;
  } else if (found.data?.more) {
    said = words.notAll;
  } else if (empty && !found.error) {
    said = loading.source.of === "tables" ? text.designer.ofTables.none : noneOf(found.data);
  }
  return (
    <div className={classes.standing}>
      <div role="status">{found.error && !waits ? <Problems error={found.error} /> : said}</div>
      <button type="button" className={classes.plain} disabled={waits} onClick={() => void refresh()}>
        ↻ {found.error ? text.errors.tryAgain : words.refresh}
      </button>
    </div>
  );
}

/** That nothing is found, among how many, and how old they are: what was made since is not among them. */
function noneOf(searched: Omit<Choices, "rows"> | undefined): string {
  if (searched?.of === undefined || searched.loaded_at === undefined) {
    return words.none;
  }
  return words.noneOf(searched.of, moment(searched.loaded_at, new Date()));
}

function Problems({ error }: { error: unknown }) {
  return explain(error).map((problem) => (
    <p key={problem.code + problem.what}>
      <span className={classes.error}>
        {problem.what} {problem.why}
      </span>{" "}
      {problem.mend}
    </p>
  ));
}

/** What has to be there before something is loaded. */
export function whyNot(loading: Loading & { can: false }): string {
  return loading.missing === "connection" ? words.connectionFirst : words.inputFirst(loading.input);
}

/** Several values out of those that the app has. */
function Several(props: ChoiceFieldProps & { onUse(written: string): void }) {
  const { field, value, onChange, loading, token } = props;
  const type = field.type.replace("list of ", "");
  const chosen = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
  return (
    <>
      {chosen.map((one, number) => (
        <div className={classes.line} key={`${number} ${JSON.stringify(one)}`}>
          <Called value={shownAs(one, type)} loading={loading} />
          <button
            type="button"
            className={classes.away}
            aria-label={text.designer.takeAway(shownAs(one, type))}
            onClick={() => {
              const left = chosen.toSpliced(number, 1);
              onChange(left.length > 0 ? left : undefined);
            }}
          >
            ✕
          </button>
        </div>
      ))}
      <Pick
        label={token.label}
        card={token.card}
        lane={token.lane ?? null}
        wrong={token.wrong ?? false}
        type={type}
        value={undefined}
        loading={loading}
        onPick={(one) => {
          if (one !== undefined && !chosen.some((other) => other === one)) {
            onChange([...chosen, one]);
          }
        }}
        onUse={chosen.length > 0 ? (written) => onChange([...chosen, written]) : props.onUse}
      />
    </>
  );
}

/** A chosen value by the name that the app has for it. */
function Called({ value, loading }: { value: string; loading: Loading }) {
  const source = loading.can && !refers(value) ? loading.source : null;
  const called = useQuery({ ...labelQuery(source ?? nowhere, value), enabled: source !== null });
  return (
    <span className={classes.chosen} title={value}>
      {called.data ?? value}
    </span>
  );
}
