import type { Card, Flow } from "../../flow/document";
import { EVENT } from "../../flow/layout";
import { text } from "../../text";
import { appOf } from "../cards/words";
import { type CardProblems, useAround, wrongIn } from "../context";
import { laneWord } from "../logic/lanes";
import { titleOf } from "../logic/titles";
import classes from "./panels.module.css";

interface OutlineProps {
  flow: Flow;
  selected: string | null;
  problems: CardProblems;
  onGo(card: string, field: string | null): void;
}

/** All cards by their titles, those in branches and loops below theirs; pressed, one is chosen and brought into view. */
export function Outline(props: OutlineProps) {
  const { flow, selected, problems, onGo } = props;
  const spec = useAround().specs.get(flow.event.card);
  return (
    <nav aria-label={text.designer.tabs.outline}>
      <ul className={classes.outline}>
        <li>
          <Line
            number=""
            title={flow.event.title || spec?.title || flow.event.card}
            app={text.flow.event}
            current={selected === EVENT}
            count={wrongIn(problems.get(EVENT)).length}
            onPress={() => onGo(EVENT, null)}
          />
        </li>
        <Cards {...props} cards={flow.cards ?? []} numbers={numbersOf(flow)} />
      </ul>
    </nav>
  );
}

function Cards({
  cards,
  numbers,
  ...props
}: OutlineProps & { cards: readonly Card[]; numbers: ReadonlyMap<string, number> }) {
  const { specs } = useAround();
  return cards.map((card) => (
    <li key={card.id}>
      <Line
        number={String(numbers.get(card.id) ?? "")}
        title={titleOf(card, specs)}
        app={appOf(specs.get(card.card), card.card)}
        current={props.selected === card.id}
        count={wrongIn(props.problems.get(card.id)).length}
        onPress={() => props.onGo(card.id, null)}
      />
      {(card.branches ?? []).map((branch, number) => (
        <div key={number} className={classes.outlineLane}>
          <span>{laneWord(branch, number)}</span>
          <ul className={classes.outline}>
            <Cards {...props} cards={branch.cards ?? []} numbers={numbers} />
          </ul>
        </div>
      ))}
      {card.do?.length ? (
        <div className={classes.outlineLane}>
          <span>{text.designer.lane.do}</span>
          <ul className={classes.outline}>
            <Cards {...props} cards={card.do} numbers={numbers} />
          </ul>
        </div>
      ) : null}
    </li>
  ));
}

interface LineProps {
  number: string;
  title: string;
  app: string;
  current: boolean;
  count: number;
  onPress(): void;
}

function Line({ number, title, app, current, count, onPress }: LineProps) {
  return (
    <button type="button" className={classes.outlineLine} aria-current={current} onClick={onPress}>
      <span className={classes.outlineNumber}>{number}</span>
      <span>{title}</span>
      {count > 0 ? <i className={classes.outlineBad}>{text.designer.problems(count)}</i> : <i>{app}</i>}
    </button>
  );
}

/** The numbers that the cards bear in the row. */
function numbersOf(flow: Flow): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  const count = (cards: readonly Card[] | undefined) => {
    for (const card of cards ?? []) {
      numbers.set(card.id, numbers.size + 1);
      for (const branch of card.branches ?? []) {
        count(branch.cards);
      }
      count(card.do);
    }
  };
  count(flow.cards);
  return numbers;
}
