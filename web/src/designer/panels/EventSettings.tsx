import { Textarea, TextInput } from "@mantine/core";
import type { FlowEvent } from "../../flow/document";
import { text } from "../../text";
import { useAround, useDesigner } from "../context";
import { Examples } from "./Examples";
import classes from "./panels.module.css";

const words = text.designer.settings;

/** What an event does, and what it gives in examples; what it is called here, and a note on it. */
export function EventSettings({ event }: { event: FlowEvent }) {
  const api = useDesigner();
  const spec = useAround().specs.get(event.card);
  function change(name: "title" | "note", value: string) {
    api.edit((flow) => ({ ...flow, event: { ...flow.event, [name]: value || null } }), `event ${name}`);
  }
  return (
    <div className={classes.stack}>
      {spec ? <p className={classes.hint}>{spec.summary}</p> : null}
      {spec ? <Examples spec={spec} /> : null}
      <TextInput
        label={words.eventTitle}
        placeholder={spec?.title}
        value={event.title ?? ""}
        onChange={(typed) => change("title", typed.currentTarget.value)}
      />
      <Textarea
        label={words.note}
        description={words.noteHint}
        autosize
        minRows={2}
        value={event.note ?? ""}
        onChange={(typed) => change("note", typed.currentTarget.value)}
      />
    </div>
  );
}
