import { Modal, TextInput } from "@mantine/core";
import { type KeyboardEvent, useId, useState } from "react";
import { text } from "../../text";
import { Beyond } from "../Beyond";
import { useAround } from "../context";
import { searchCards } from "../logic/newCard";
import type { Spec } from "../logic/signature";
import classes from "./panels.module.css";

const MOST = 60;

/** Finds a card by its name, what else people call it, or its app. */
export function AddCard({ onAdd, onClose }: { onAdd(spec: Spec): void; onClose(): void }) {
  const { specList } = useAround();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const found = searchCards(specList, typed).slice(0, MOST);

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
      size="lg"
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
      />
      {found.length === 0 ? <p className={classes.hint}>{text.designer.addNone}</p> : null}
      <div id={`${id}-list`} className={classes.found} role="listbox" aria-label={text.designer.addList}>
        {found.map((spec, number) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard chooses in the box above
          <div
            key={spec.key}
            id={`${id}-${number}`}
            role="option"
            aria-selected={number === at}
            tabIndex={-1}
            className={classes.card}
            onMouseMove={() => setAt(number)}
            onClick={() => onAdd(spec)}
          >
            <i>{spec.category}</i>
            <b>
              {spec.title}
              {spec.beyond ? <Beyond what="card" /> : null}
            </b>
            <span>{spec.summary}</span>
          </div>
        ))}
      </div>
    </Modal>
  );
}
