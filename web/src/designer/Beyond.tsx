import { text } from "../text";
import classes from "./Beyond.module.css";

/** Marks what Okta Workflows does not have. */
export function Beyond({ what }: { what: "card" | "field" }) {
  return (
    <span className={classes.tag} title={text.designer.beyond[what]}>
      {text.designer.beyond.tag}
    </span>
  );
}
