import { text } from "../../text";
import { REFERENCE } from "../fields/TokenField";
import { write } from "../logic/references";
import type { Output } from "../logic/signature";
import classes from "./cards.module.css";

/** What a card gives; each can be dragged onto a field. */
export function Outputs({ root, outputs }: { root: string; outputs: readonly Output[] }) {
  if (outputs.length === 0) {
    return null;
  }
  return (
    <ul
      className={classes.outputs}
      aria-label={text.designer.outputs}
      style={{ listStyle: "none", margin: 0 }}
    >
      {outputs.map((output) => (
        <li
          key={output.name}
          className={classes.output}
          title={output.about}
          draggable
          onDragStart={(event) => {
            event.stopPropagation();
            event.dataTransfer.setData(REFERENCE, write(root, [output.name]));
            event.dataTransfer.effectAllowed = "copy";
          }}
        >
          <span>{output.title}</span>
          <i>{output.type}</i>
        </li>
      ))}
    </ul>
  );
}
