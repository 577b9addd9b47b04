import { Button, Modal, Select, TextInput } from "@mantine/core";
import { useDebouncedValue, useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, data } from "../api/client";
import { PageBar, PageBody } from "../components/Page";
import { ProblemNote } from "../components/ProblemNote";
import { SimpleTable } from "../components/SimpleTable";
import { Pill } from "../components/StatePill";
import table from "../components/Table.module.css";
import { Waiting } from "../components/Waiting";
import { text } from "../text";
import { kindOf, type Person, type TenantName, tenants } from "./company";
import classes from "./SandboxPage.module.css";

const LIVE_MS = 2_000;

/** The pretend company: suspend somebody by a click and watch the flows; break a tenant by a switch. */
export function SandboxPage() {
  const sandbox = useQuery({
    queryKey: ["sandbox"],
    queryFn: ({ signal }) => data(api.GET("/api/v1/sandbox", { signal })),
    refetchInterval: 2 * LIVE_MS,
    retry: false,
  });
  return (
    <>
      <PageBar
        title={text.sandbox.title}
        about={text.sandbox.about}
        actions={sandbox.data ? <ResetButton /> : null}
      />
      <PageBody>
        {sandbox.isPending ? <Waiting /> : null}
        {sandbox.error ? <ProblemNote error={sandbox.error} title={text.sandbox.away} /> : null}
        {sandbox.data ? (
          <>
            <Faults on={sandbox.data.faults} />
            <People />
          </>
        ) : null}
      </PageBody>
    </>
  );
}

function Faults({ on }: { on: readonly string[] }) {
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: ({ tenant, fault }: { tenant: TenantName; fault: string }) =>
      data(api.PUT("/api/v1/sandbox/faults/{tenant}", { params: { path: { tenant } }, body: { fault } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: ["sandbox"] }),
  });
  return (
    <section className={classes.faults} aria-label={text.sandbox.faults}>
      <div>
        <h2>{text.sandbox.faults}</h2>
        <p className={table.quiet}>{text.sandbox.faultsAbout}</p>
      </div>
      {tenants.map((tenant) => {
        const fault = kindOf(on, tenant);
        const known = Object.entries(text.sandbox.kinds).map(([value, label]) => ({ value, label }));
        const own = fault in text.sandbox.kinds ? [] : [{ value: fault, label: text.sandbox.own(fault) }];
        return (
          <Select
            key={tenant}
            label={text.sandbox[tenant]}
            data={[...known, ...own]}
            value={fault}
            allowDeselect={false}
            onChange={(value) => change.mutate({ tenant, fault: value ?? "" })}
          />
        );
      })}
      {change.error ? <ProblemNote error={change.error} /> : null}
    </section>
  );
}

function People() {
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed, 200);
  const people = useInfiniteQuery({
    queryKey: ["sandbox", "people", search],
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET("/api/v1/sandbox/people", {
          params: { query: { search, limit: 30, after: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: LIVE_MS,
    placeholderData: keepPreviousData,
  });
  const rows = (people.data?.pages.flatMap((page) => page.rows) ?? []) as unknown as Person[];
  return (
    <>
      <TextInput
        label={text.sandbox.search}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        maw={320}
        mb="sm"
      />
      {people.error ? <ProblemNote error={people.error} /> : null}
      <SimpleTable
        label={text.sandbox.people}
        heads={[text.sandbox.person, text.sandbox.okta, text.sandbox.graph, text.sandbox.google, ""]}
        empty={people.isPending ? text.components.loading : text.shell.palette.nothing}
      >
        {rows.map((person) => (
          <PersonRow key={person.login} person={person} />
        ))}
      </SimpleTable>
      {people.hasNextPage ? (
        <Button
          variant="default"
          mt="sm"
          loading={people.isFetchingNextPage}
          onClick={() => void people.fetchNextPage()}
        >
          {text.sandbox.more}
        </Button>
      ) : null}
    </>
  );
}

function PersonRow({ person }: { person: Person }) {
  const marks = [
    person.title,
    person.department,
    person.admin ? text.sandbox.admin : "",
    person.guest ? text.sandbox.guest : "",
  ];
  return (
    <tr>
      <td>
        <b>{person.name}</b> <span className={table.quiet}>{marks.filter(Boolean).join(", ")}</span>
        <div className={table.quiet}>{person.login}</div>
      </td>
      <td>
        <Account
          good={person.okta.status === "ACTIVE"}
          word={person.okta.status.toLowerCase()}
          sessions={person.okta.sessions}
        />
      </td>
      <td>
        <Account
          good={person.graph.accountEnabled}
          word={person.graph.accountEnabled ? text.sandbox.enabled : text.sandbox.disabled}
          sessions={person.graph.sessions}
        />
      </td>
      <td>
        <Account
          good={!person.google.suspended}
          word={person.google.suspended ? text.sandbox.suspendedState : text.sandbox.active}
          sessions={person.google.sessions}
        />
      </td>
      <td>
        <PersonActs person={person} />
      </td>
    </tr>
  );
}

function Account({ good, word, sessions }: { good: boolean; word: string; sessions: number }) {
  return (
    <>
      <Pill tone={good ? "ok" : "warn"}>{word}</Pill>{" "}
      <span className={table.quiet}>{text.sandbox.sessions(sessions)}</span>
    </>
  );
}

function PersonActs({ person }: { person: Person }) {
  const queries = useQueryClient();
  const suspended = person.okta.status === "SUSPENDED";
  const act = useMutation({
    mutationFn: () =>
      data(
        api.POST("/api/v1/sandbox/people/{login}", {
          params: { path: { login: person.login } },
          body: { step: suspended ? "unsuspend" : "suspend" },
        }),
      ),
    onSuccess: () =>
      notifications.show({
        message: suspended ? text.sandbox.back(person.name) : text.sandbox.suspended(person.name),
      }),
    onSettled: () => void queries.invalidateQueries({ queryKey: ["sandbox", "people"] }),
  });
  return (
    <>
      <div className={table.acts}>
        <Button
          component={Link}
          to="/history"
          search={{ about: person.login } as never}
          variant="subtle"
          size="compact-sm"
          aria-label={text.sandbox.runsOf(person.name)}
        >
          {text.sandbox.runs}
        </Button>
        {suspended || person.okta.status === "ACTIVE" ? (
          <Button
            variant="default"
            size="compact-sm"
            loading={act.isPending}
            onClick={() => act.mutate()}
            aria-label={
              suspended ? text.sandbox.unsuspendOf(person.name) : text.sandbox.suspendOf(person.name)
            }
          >
            {suspended ? text.sandbox.unsuspend : text.sandbox.suspend}
          </Button>
        ) : null}
      </div>
      {act.error ? <ProblemNote error={act.error} /> : null}
    </>
  );
}

function ResetButton() {
  const [open, dialog] = useDisclosure(false);
  const queries = useQueryClient();
  const reset = useMutation({
    mutationFn: () => data(api.POST("/api/v1/sandbox/reset")),
    onSuccess: () => {
      dialog.close();
      notifications.show({ message: text.sandbox.resetDone });
      void queries.invalidateQueries({ queryKey: ["sandbox"] });
    },
  });
  return (
    <>
      <Button variant="default" onClick={dialog.open}>
        {text.sandbox.reset}
      </Button>
      <Modal opened={open} onClose={dialog.close} title={text.sandbox.resetTitle}>
        <p>{text.sandbox.resetWhat}</p>
        {reset.error ? <ProblemNote error={reset.error} /> : null}
        <Button mt="md" loading={reset.isPending} onClick={() => reset.mutate()}>
          {text.sandbox.reset}
        </Button>
      </Modal>
    </>
  );
}
