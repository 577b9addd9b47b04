import { useQuery } from "@tanstack/react-query";
import { Fragment, type ReactNode, useState } from "react";
import { explain } from "../../api/errors";
import { text } from "../../text";
import { Beyond } from "../Beyond";
import { fieldsQuery } from "../loaded";
import type { Source } from "../logic/loading";
import { write } from "../logic/references";
import { groupsOf, type Output } from "../logic/signature";
import { CarriedValue } from "./CarriedValue";
import classes from "./cards.module.css";

const words = text.designer.loaded;

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
      {groupsOf(outputs).map(({ group, fields }) => (
        <Fragment key={group}>
          {group ? <li className={classes.heading}>{group}</li> : null}
          {fields.map((output) => (
            <OutputLine key={output.name} root={root} output={output} />
          ))}
        </Fragment>
      ))}
    </ul>
  );
}

function OutputLine({ root, output }: { root: string; output: Output }) {
  const source = output.loading?.can ? output.loading.source : null;
  // what is in an object, as far as it is declared; what is in the items of a list only a loop has one by one
  const declared = output.type === "object" && source === null ? (output.inside ?? []) : [];
  // of the event they are what a flow is about; the cards behind it are many
  const [open, setOpen] = useState(root === "event" && declared.length > 0);
  return (
    <>
      <Dragged written={write(root, [output.name])} about={output.about}>
        <span>
          {source || declared.length > 0 ? (
            <button
              type="button"
              className={classes.unfold}
              aria-expanded={open}
              aria-label={words.inside(output.title)}
              onClick={() => setOpen(!open)}
            >
              {open ? "▾" : "▸"}
            </button>
          ) : null}
          {output.title}
          {output.beyond ? <Beyond what="field" /> : null}
        </span>
        <i>{output.type}</i>
      </Dragged>
      {open && source ? <LoadedInside root={root} output={output.name} source={source} /> : null}
      {open
        ? declared.map((way) => (
            <Dragged
              key={way.join(".")}
              written={write(root, [output.name, ...way])}
              about={output.about}
              inner
            >
              <span>{way.join(" › ")}</span>
            </Dragged>
          ))
        : null}
    </>
  );
}

/** What the app has in an object that a card gives. */
function LoadedInside({ root, output, source }: { root: string; output: string; source: Source }) {
  const found = useQuery(fieldsQuery(source));
  if (found.data === undefined) {
    const said = found.error
      ? explain(found.error)
          .map(({ what, mend }) => `${what} ${mend}`)
          .join(" ")
      : words.loadingFields;
    return (
      <li className={classes.inner} role="status">
        {said}
      </li>
    );
  }
  return found.data.map((field) => (
    <Dragged key={field.name} written={write(root, [output, field.name])} about={field.about} inner>
      <span>{field.title}</span>
      <i>{field.type}</i>
    </Dragged>
  ));
}

interface DraggedProps {
  written: string;
  about: string;
  inner?: boolean;
  children: ReactNode;
}

function Dragged({ written, about, inner, children }: DraggedProps) {
  return (
    <CarriedValue
      as="li"
      written={written}
      className={`${classes.output} ${inner ? classes.inner : ""}`}
      title={about}
    >
      {children}
    </CarriedValue>
  );
}
