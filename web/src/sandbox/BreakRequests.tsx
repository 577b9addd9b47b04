import { Button, Modal, NativeSelect, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { api, data } from "../api/client";
import { ProblemNote } from "../components/ProblemNote";
import { text } from "../text";
import { type TenantName, tenants } from "./company";
import { isInNone, isTimed, operationOf, secondsOf, sentence, timesOf, type Wanted, written } from "./faults";
import { OperationField } from "./OperationField";
import { operationsQuery } from "./rows";
import classes from "./SandboxPage.module.css";

const words = text.sandbox.faulty;
const FIRST: Wanted = { tenant: "okta", kind: "429", requests: "", times: "", seconds: "" };

/** Breaks some requests of an app: one operation, what has a text in it, the first few. */
export function BreakRequests() {
  const [open, dialog] = useDisclosure(false);
  return (
    <>
      <Button variant="default" onClick={dialog.open}>
        {words.breakSome}
      </Button>
      <Modal opened={open} onClose={dialog.close} title={words.breakSome} size="lg">
        <BreakForm onDone={dialog.close} />
      </Modal>
    </>
  );
}

function BreakForm({ onDone }: { onDone: () => void }) {
  const queries = useQueryClient();
  const [wanted, setWanted] = useState(FIRST);
  const known = useQuery(operationsQuery(wanted.tenant));
  const said = useId();
  const operations = known.data ?? [];
  const fault = written(wanted, operations);
  const change = (some: Partial<Wanted>) => setWanted({ ...wanted, ...some });
  const adding = useMutation({
    mutationFn: (fault: string) => data(api.POST("/api/v1/sandbox/faults", { body: { fault } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["sandbox"] });
      onDone();
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    if (fault !== undefined && !adding.isPending) {
      adding.mutate(fault);
    }
  }
  return (
    <form className={classes.person} onSubmit={submit}>
      <NativeSelect
        label={words.app}
        data={tenants.map((value) => ({ value, label: text.sandbox.tenants[value] }))}
        value={wanted.tenant}
        onChange={(event) => change({ tenant: event.currentTarget.value as TenantName, requests: "" })}
      />
      <OperationField
        operations={operations}
        value={wanted.requests}
        hint={isInNone(wanted.requests, operations) ? words.inNone : null}
        onChange={(requests) => change({ requests })}
      />
      <NativeSelect
        label={words.what}
        data={Object.entries(text.sandbox.kinds)
          .filter(([value]) => value !== "")
          .map(([value, label]) => ({ value, label: value === "slow" ? words.slow : label }))}
        value={wanted.kind}
        onChange={(event) => change({ kind: event.currentTarget.value })}
      />
      {isTimed(wanted) ? (
        <TextInput
          label={wanted.kind === "slow" ? words.howLong : words.howLongToWait}
          placeholder={wanted.kind === "slow" ? words.howLongNever : "1"}
          inputMode="numeric"
          value={wanted.seconds}
          error={secondsOf(wanted) === undefined ? words.noSeconds : null}
          onChange={(event) => change({ seconds: event.currentTarget.value })}
        />
      ) : null}
      <TextInput
        label={words.howMany}
        placeholder={words.howManyAll}
        inputMode="numeric"
        value={wanted.times}
        error={timesOf(wanted.times) === undefined ? words.noNumber : null}
        onChange={(event) => change({ times: event.currentTarget.value })}
      />
      <output id={said} className={classes.said}>
        {sentence({
          ...wanted,
          times: timesOf(wanted.times) ?? null,
          seconds: secondsOf(wanted) ?? null,
          operation: operationOf(wanted.requests, operations),
        })}
      </output>
      {known.error ? <ProblemNote error={known.error} /> : null}
      {adding.error ? <ProblemNote error={adding.error} /> : null}
      <div>
        <Button
          type="submit"
          aria-describedby={said}
          disabled={fault === undefined}
          loading={adding.isPending}
        >
          {words.breakThem}
        </Button>
      </div>
    </form>
  );
}
