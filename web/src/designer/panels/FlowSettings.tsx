import { Autocomplete, Checkbox, NumberInput, Textarea, TextInput } from "@mantine/core";
import type { Flow } from "../../flow/document";
import { text } from "../../text";
import { useAround, useDesigner } from "../context";
import { write } from "../logic/references";
import { eventOutputs } from "../logic/signature";
import { put } from "../state";
import classes from "./panels.module.css";

const words = text.designer.flow;

/** What is said about the whole flow. */
export function FlowSettings({ flow }: { flow: Flow }) {
  const api = useDesigner();
  const { specs } = useAround();
  const offered = eventOutputs(flow.event, specs.get(flow.event.card)).flatMap((output) => [
    write("event", [output.name]),
    ...(output.inside ?? []).map((way) => write("event", [output.name, ...way])),
  ]);
  return (
    <div className={classes.stack}>
      <TextInput
        label={words.name}
        data-flow-field="name"
        value={flow.name}
        maxLength={200}
        onChange={(event) => {
          const name = event.currentTarget.value;
          api.edit((one) => ({ ...one, name }), "flow name");
        }}
      />
      <Autocomplete
        label={words.about}
        data-flow-field="about"
        description={words.aboutHint}
        placeholder="{{ event.login }}"
        data={offered}
        value={flow.about ?? ""}
        onChange={(about) => api.edit((one) => put(one, "about", about || undefined), "flow about")}
      />
      <Textarea
        label={words.note}
        data-flow-field="note"
        autosize
        minRows={2}
        value={flow.note ?? ""}
        onChange={(event) => {
          const note = event.currentTarget.value || undefined;
          api.edit((one) => put(one, "note", note), "flow note");
        }}
      />
      <Checkbox
        label={words.save}
        data-flow-field="save_data"
        checked={flow.save_data ?? true}
        onChange={(event) => {
          const save = event.currentTarget.checked;
          api.edit((one) => put(one, "save_data", save ? undefined : false));
        }}
      />
      <NumberInput
        label={words.atOnce}
        data-flow-field="limits"
        description={words.atOnceHint}
        min={1}
        max={10_000}
        value={flow.limits?.at_once ?? ""}
        onChange={(most) =>
          api.edit(
            (one) => put(one, "limits", most === "" ? undefined : { at_once: Number(most) }),
            "flow limits",
          )
        }
      />
    </div>
  );
}
