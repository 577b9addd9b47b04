import { Button, Checkbox, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback, useInterval } from "@mantine/hooks";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { api, data } from "../api/client";
import { PageBar, PageBody } from "../components/Page";
import { ProblemNote } from "../components/ProblemNote";
import { Waiting } from "../components/Waiting";
import { text } from "../text";
import { asked, type HistorySearch, spans } from "./filter";
import classes from "./HistoryPage.module.css";
import { RunList } from "./RunList";
import { runsQuery, statuses } from "./runs";

const MINUTE_MS = 60_000;

/** All runs, newest first, live; what is shown stands in the address. */
export function HistoryPage() {
  const search = useSearch({ from: "/shell/history" });
  const [now, setNow] = useState(() => new Date());
  useInterval(() => setNow(new Date()), MINUTE_MS, { autoInvoke: true });
  const runs = useInfiniteQuery(runsQuery(asked(search, now)));
  return (
    <>
      <PageBar title={text.history.title} about={text.history.live} />
      <PageBody>
        <Filters search={search} />
        {runs.error ? <ProblemNote error={runs.error} /> : null}
        {runs.isPending ? <Waiting /> : null}
        {runs.data ? (
          <RunList
            runs={runs.data.pages.flatMap((page) => page.rows)}
            label={text.history.runs}
            empty={text.history.none}
          />
        ) : null}
        {runs.hasNextPage ? (
          <div className={classes.more}>
            <Button
              variant="default"
              loading={runs.isFetchingNextPage}
              onClick={() => void runs.fetchNextPage()}
            >
              {text.history.more}
            </Button>
          </div>
        ) : null}
      </PageBody>
    </>
  );
}

function Filters({ search }: { search: HistorySearch }) {
  const navigate = useNavigate();
  function change(more: HistorySearch) {
    void navigate({ to: "/history", search: { ...search, ...more }, replace: true });
  }
  return (
    <search className={classes.filters} aria-label={text.history.filters}>
      <SearchText search={search} onChange={(wanted) => change({ text: wanted || undefined })} />
      <FlowChoice value={search.flow} onChange={(flow) => change({ flow })} />
      <Select
        label={text.history.status}
        placeholder={text.history.anyStatus}
        data={statuses.map((status) => ({ value: status, label: text.states[status] ?? status }))}
        value={search.status ?? null}
        onChange={(value) => change({ status: statuses.find((one) => one === value) })}
        clearable
        w={170}
      />
      <When search={search} onChange={(when) => change({ when })} />
      <Checkbox
        label={text.history.noTrials}
        checked={search.trials === "no"}
        onChange={(event) => change({ trials: event.currentTarget.checked ? "no" : undefined })}
        pb={8}
      />
      <Checkbox
        label={text.history.noRunAgain}
        checked={search.again === "no"}
        onChange={(event) => change({ again: event.currentTarget.checked ? "no" : undefined })}
        pb={8}
      />
      {search.about ? (
        <Button variant="default" onClick={() => change({ about: undefined })}>
          {text.history.about(search.about)}
        </Button>
      ) : null}
    </search>
  );
}

function SearchText({ search, onChange }: { search: HistorySearch; onChange: (text: string) => void }) {
  const [typed, setTyped] = useState(search.text ?? "");
  const later = useDebouncedCallback(onChange, 300);
  useEffect(() => setTyped(search.text ?? ""), [search.text]);
  return (
    <TextInput
      className={classes.search}
      label={text.history.search}
      placeholder={text.history.searchHint}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        later(event.currentTarget.value);
      }}
    />
  );
}

/** Flows by name; the list is what the server finds for what is typed. */
function FlowChoice({ value, onChange }: { value?: string; onChange: (flow?: string) => void }) {
  const [typed, setTyped] = useState("");
  const flows = useQuery({
    queryKey: ["flows", "choice", typed],
    queryFn: ({ signal }) =>
      data(api.GET("/api/v1/flows", { params: { query: { search: typed, limit: 20 } }, signal })),
    placeholderData: (before) => before,
  });
  const found = (flows.data?.rows ?? []).map((flow) => ({ value: flow.id, label: flow.name }));
  const chosen = value && !found.some((one) => one.value === value) ? [{ value, label: value }] : [];
  return (
    <Select
      label={text.history.flow}
      placeholder={text.history.anyFlow}
      data={[...chosen, ...found]}
      filter={({ options }) => options}
      value={value ?? null}
      onChange={(flow) => onChange(flow ?? undefined)}
      onSearchChange={(words) => setTyped(found.some((one) => one.label === words) ? "" : words)}
      searchable
      clearable
      w={230}
    />
  );
}

function When({ search, onChange }: { search: HistorySearch; onChange: (when?: string) => void }) {
  const day = search.when !== undefined && !(search.when in spans) ? search.when : "";
  return (
    <>
      <Select
        label={text.history.when}
        placeholder={text.history.anyTime}
        data={Object.keys(spans).map((span) => ({
          value: span,
          label: text.history.spans[span as keyof typeof spans],
        }))}
        value={day === "" ? (search.when ?? null) : null}
        onChange={(when) => onChange(when ?? undefined)}
        clearable
        w={150}
      />
      <TextInput
        type="date"
        label={text.history.day}
        value={day}
        onChange={(event) => onChange(event.currentTarget.value || undefined)}
      />
    </>
  );
}
