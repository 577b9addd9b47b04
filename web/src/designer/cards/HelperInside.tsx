import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ProblemNote } from "../../components/ProblemNote";
import { type Card, flowOf } from "../../flow/document";
import { text } from "../../text";
import { useAround } from "../context";
import { publishedQuery } from "../server";
import classes from "./cards.module.css";

const words = text.designer;

/** The cards of a flow that is called, opened where it is called; they are changed in their own flow. */
export function HelperInside({ flow }: { flow: string }) {
  const [open, setOpen] = useState(false);
  const published = useQuery({ ...publishedQuery(flow), enabled: open });
  return (
    <details className={classes.helper} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.helperCards}</summary>
      {published.error ? <ProblemNote error={published.error} /> : null}
      {open && published.isPending ? <p role="status">{words.loading}</p> : null}
      {published.data === null ? <p>{words.helperNone}</p> : null}
      {published.data ? <Cards cards={flowOf(published.data.document).cards ?? []} /> : null}
    </details>
  );
}

function Cards({ cards }: { cards: readonly Card[] }) {
  const { specs } = useAround();
  return (
    <ol>
      {cards.map((card) => {
        const spec = specs.get(card.card);
        const inside = [...(card.branches ?? []).flatMap((branch) => branch.cards ?? []), ...(card.do ?? [])];
        return (
          <li key={card.id}>
            {card.title || spec?.title || card.id} <i>{spec?.category ?? card.card}</i>
            {inside.length > 0 ? <Cards cards={inside} /> : null}
          </li>
        );
      })}
    </ol>
  );
}
