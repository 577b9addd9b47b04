import { Modal, TextInput } from "@mantine/core";
import { type KeyboardEvent, useId, useMemo, useState } from "react";
import { text } from "../../text";
import { Beyond } from "../Beyond";
import { useAround } from "../context";
import { type Addable, type CardKinds, kindsAmong, searchAll } from "../logic/newCard";
import classes from "./panels.module.css";

const MOST = 60;

interface AddCardProps {
  onAdd(what: Addable): void;
  /** Takes cards that were copied; false if there is none in the text. */
  onPaste(said: string): boolean;
  onClose(): void;
}

/** Finds a card by its name, what else people call it, or its app; those who look around choose an app first. */
export function AddCard({ onAdd, onPaste, onClose }: AddCardProps) {
  const { specList, connections, helpers } = useAround();
  const [typed, setTyped] = useState("");
  const [kind, setKind] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const id = useId();
  const all = useMemo(() => {
    const connected = new Set(connections.map((one) => one.connector));
    const ranks = ({ spec }: Addable) =>
      spec.connector === null ? 1 : connected.has(spec.connector) ? 0 : 2;
    const hits = searchAll(specList, helpers, typed, connected);
    // who has typed nothing sees first what leads to the apps that are connected
    return typed.trim() === "" ? hits.toSorted((a, b) => ranks(a) - ranks(b)) : hits;
  }, [specList, connections, helpers, typed]);
  const fitting = all.filter(({ spec }) => kind === null || spec.category === kind);
  const found = kind === null ? fitting.slice(0, MOST) : fitting;

  function pressed(event: KeyboardEvent) {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by !== 0) {
      event.preventDefault();
      const next = Math.min(Math.max(at + by, 0), found.length - 1);
      setAt(next);
      document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && found[at]) {
      event.preventDefault();
      onAdd(found[at]);
    }
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={text.designer.addTitle}
      size={760}
      transitionProps={{ duration: 0 }}
    >
      <TextInput
        role="combobox"
        aria-label={text.designer.addSearch}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={found.length > 0 ? `${id}-${at}` : undefined}
        placeholder={text.designer.addHint}
        value={typed}
        data-autofocus
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={pressed}
        onPaste={(event) => {
          if (onPaste(event.clipboardData.getData("text/plain"))) {
            event.preventDefault();
          }
        }}
      />
      <div className={classes.finding}>
        <Kinds
          of={kindsAmong(
            all.map((one) => one.spec),
            specList,
          )}
          chosen={kind}
          onChoose={(next) => {
            setKind(next);
            setAt(0);
          }}
        />
        <div className={classes.foundColumn}>
          <div id={`${id}-list`} className={classes.found} role="listbox" aria-label={text.designer.addList}>
            {found.map((one, number) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard chooses in the box above
              <div
                key={`${one.spec.key} ${one.helper?.id ?? ""}`}
                id={`${id}-${number}`}
                role="option"
                aria-selected={number === at}
                tabIndex={-1}
                className={classes.card}
                onMouseMove={() => setAt(number)}
                onClick={() => onAdd(one)}
              >
                <b>
                  {one.helper?.name ?? one.spec.title}
                  {one.spec.beyond ? <Beyond what="card" /> : null}
                </b>
                {kind === null ? <i>{one.helper ? text.designer.helper : one.spec.category}</i> : null}
                <span>{one.helper ? text.designer.addCall : one.spec.summary}</span>
              </div>
            ))}
          </div>
          {found.length < fitting.length ? (
            <p className={classes.hint}>{text.designer.addMore(fitting.length - found.length)}</p>
          ) : null}
          {found.length === 0 ? <p className={classes.hint}>{text.designer.addNone}</p> : null}
        </div>
      </div>
    </Modal>
  );
}

interface KindsProps {
  /** Those of the cards that were found. */
  of: CardKinds;
  chosen: string | null;
  onChoose(kind: string | null): void;
}

/** The apps and kinds of functions among cards; apps come first. */
function Kinds({ of, chosen, onChoose }: KindsProps) {
  const groups = [
    { title: text.designer.addApps, kinds: of.apps },
    { title: text.designer.addFunctions, kinds: of.functions },
  ];
  return (
    <fieldset className={classes.kinds} aria-label={text.designer.addKinds}>
      <button type="button" aria-pressed={chosen === null} onClick={() => onChoose(null)}>
        {text.designer.addAll}
      </button>
      {groups.map(({ title, kinds }) =>
        kinds.length > 0 ? (
          <div key={title}>
            <h3 className={classes.group}>{title}</h3>
            {kinds.map((kind) => (
              <button key={kind} type="button" aria-pressed={chosen === kind} onClick={() => onChoose(kind)}>
                {kind}
              </button>
            ))}
          </div>
        ) : null,
      )}
    </fieldset>
  );
}
