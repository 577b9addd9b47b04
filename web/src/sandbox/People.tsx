import { Button, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, data } from "../api/client";
import { ProblemNote } from "../components/ProblemNote";
import { SimpleTable } from "../components/SimpleTable";
import { Pill } from "../components/StatePill";
import table from "../components/Table.module.css";
import { text } from "../text";
import { type Person, type Standing, standings } from "./company";
import { PersonDrawer } from "./PersonDrawer";
import { LIVE_MS } from "./rows";

const words = text.sandbox;

/** Everybody, with their accounts in each tenant; who is pressed is shown whole. */
export function People() {
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed, 200);
  const [shown, setShown] = useState<string | null>(null);
  const people = useInfiniteQuery({
    queryKey: ["sandbox", "people", search],
    queryFn: ({ pageParam, signal }) => {
      const query = { search, limit: 30, after: pageParam };
      return data(api.GET("/api/v1/sandbox/people", { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: LIVE_MS,
    placeholderData: keepPreviousData,
  });
  const rows = (people.data?.pages.flatMap((page) => page.rows) ?? []) as unknown as Person[];
  return (
    <>
      <TextInput
        label={words.search}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        maw={320}
        mb="sm"
      />
      {people.error ? <ProblemNote error={people.error} /> : null}
      <SimpleTable
        label={words.people}
        heads={[
          words.person,
          words.tenants.okta,
          words.tenants.graph,
          words.tenants.google,
          words.tenants.slack,
          words.tenants.scim,
          "",
        ]}
        empty={people.isPending ? text.components.loading : words.nobody}
        stacks
      >
        {rows.map((person) => (
          <PersonRow key={person.login} person={person} onShow={() => setShown(person.login)} />
        ))}
      </SimpleTable>
      {people.hasNextPage ? (
        <Button
          variant="default"
          mt="sm"
          loading={people.isFetchingNextPage}
          onClick={() => void people.fetchNextPage()}
        >
          {words.more}
        </Button>
      ) : null}
      {shown ? <PersonDrawer login={shown} onClose={() => setShown(null)} /> : null}
    </>
  );
}

function PersonRow({ person, onShow }: { person: Person; onShow: () => void }) {
  const marks = [
    person.title,
    person.department,
    person.admin ? words.admin : "",
    person.guest ? words.guest : "",
  ];
  const { okta, graph, google, slack, scim } = standings(person);
  return (
    <tr>
      <td>
        <b>{person.name}</b> <span className={table.quiet}>{marks.filter(Boolean).join(", ")}</span>
        <div className={table.quiet}>{person.login}</div>
      </td>
      {Object.entries({ okta, graph, google, slack, scim }).map(([tenant, standing]) => (
        <td key={tenant} data-head={words.tenants[tenant as keyof typeof words.tenants]}>
          <Account standing={standing} />
        </td>
      ))}
      <td>
        <div className={table.acts}>
          <Button variant="subtle" size="compact-sm" onClick={onShow} aria-label={words.showOf(person.name)}>
            {words.show}
          </Button>
          <Button
            component={Link}
            to="/history"
            search={{ about: person.login } as never}
            variant="subtle"
            size="compact-sm"
            aria-label={words.runsOf(person.name)}
          >
            {words.runs}
          </Button>
          <SuspendButton person={person} />
        </div>
      </td>
    </tr>
  );
}

/** How an account stands, in a word, and how many sessions are open. */
export function Account({ standing }: { standing: Standing }) {
  const { good, word, sessions } = standing;
  return (
    <>
      <Pill tone={good ? "ok" : word === "none" ? "quiet" : "warn"}>{words.standings[word] ?? word}</Pill>
      {sessions > 0 ? (
        <div className={`${table.quiet} ${table.together}`}>{words.sessions(sessions)}</div>
      ) : null}
    </>
  );
}

/** Suspends somebody in Okta, or takes it back: events follow, as from the real one. */
export function SuspendButton({ person }: { person: Person }) {
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
      notifications.show({ message: suspended ? words.back(person.name) : words.suspended(person.name) }),
    onSettled: () => void queries.invalidateQueries({ queryKey: ["sandbox"] }),
  });
  if (!suspended && person.okta.status !== "ACTIVE") {
    return null;
  }
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        loading={act.isPending}
        onClick={() => act.mutate()}
        aria-label={suspended ? words.unsuspendOf(person.name) : words.suspendOf(person.name)}
      >
        {suspended ? words.unsuspend : words.suspend}
      </Button>
      {act.error ? <ProblemNote error={act.error} /> : null}
    </>
  );
}
