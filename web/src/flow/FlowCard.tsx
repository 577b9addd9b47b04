import type { CSSProperties, ReactNode } from "react";
import classes from "./FlowCard.module.css";
import { colourOf } from "./kinds";
import { elementId } from "./useCardKeys";

interface FlowCardProps {
  /** Says what the card is for; the author's words. */
  title: ReactNode;
  /** The key of the card, for its colour. */
  card: string;
  /** App or category: the coloured word. */
  app: string;
  /** What follows it: the action, the connection. */
  kind?: ReactNode;
  /** At the right of the title: a number, or how it went. */
  badge?: ReactNode;
  look?: "plain" | "failed" | "asking" | "quiet";
  selected?: boolean;
  foot?: ReactNode;
  children?: ReactNode;
  /** The name for screen readers. */
  label: string;
  /** The id of the card; with it the card can be reached by the arrows and chosen. */
  id?: string;
  onSelect?: () => void;
}

/** The face of a card, the same wherever cards are shown: title, app and action, what is inside, a foot. */
export function FlowCard(props: FlowCardProps) {
  const look = props.look && props.look !== "plain" ? classes[props.look] : "";
  const style = { "--kind": colourOf(props.card) } as CSSProperties;
  return (
    <section
      id={props.id === undefined ? undefined : elementId(props.id)}
      tabIndex={props.id === undefined ? undefined : props.selected ? 0 : -1}
      onFocus={props.onSelect}
      aria-label={props.label}
      className={`${classes.card} ${look} ${props.selected ? classes.selected : ""}`}
      style={style}
    >
      <h2>
        <span dir="auto">{props.title}</span>
        {props.badge ? <span className={classes.badge}>{props.badge}</span> : null}
      </h2>
      <div className={classes.kind}>
        <b>{props.app}</b>
        {props.kind ? <> · {props.kind}</> : null}
      </div>
      {props.children}
      {props.foot ? <div className={classes.foot}>{props.foot}</div> : null}
    </section>
  );
}
