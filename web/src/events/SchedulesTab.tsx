import { Button, VisuallyHidden } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, data, type Schemas } from "../api/client";
import { dueTime, exactly } from "../components/format";
import { Moment } from "../components/Moment";
import { ProblemNote } from "../components/ProblemNote";
import { SimpleTable } from "../components/SimpleTable";
import table from "../components/Table.module.css";
import { text } from "../text";

type Schedule = Schemas["ScheduleModel"];

/** A due time by the schedule's own clock, as its form tells it; its title has it by the browser's. */
function Due({ at, zone }: { at: string | null | undefined; zone: string }) {
  return at ? (
    <time dateTime={at} title={exactly(at)}>
      {dueTime(at, zone)}
    </time>
  ) : null;
}

/** The next due time; pressed, the ones after it too. */
function NextTimes({ schedule }: { schedule: Schedule }) {
  const [open, setOpen] = useState(false);
  const times = useQuery({
    queryKey: ["schedules", "times", schedule.flow_id],
    queryFn: ({ signal }) => {
      const params = { path: { flow_id: schedule.flow_id }, query: { times: 6 } };
      return data(api.GET("/api/v1/schedules/{flow_id}", { params, signal }));
    },
    enabled: open,
  });
  // the first stands on the button
  const after = (time: string) => schedule.next == null || time > schedule.next;
  return (
    <>
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        px={0}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <span aria-hidden="true">{open ? "▾" : "▸"}&nbsp;</span>
        <VisuallyHidden>{text.events.upcomingOf(schedule.name)}&nbsp;</VisuallyHidden>
        <Due at={schedule.next} zone={schedule.zone} />
      </Button>
      <div className={table.quiet}>{text.events.clock(schedule.zone)}</div>
      {open && times.data ? (
        <ul aria-label={text.events.upcoming} className={table.quiet} style={{ margin: 0, paddingLeft: 18 }}>
          {times.data.upcoming.filter(after).map((time) => (
            <li key={time}>
              <Due at={time} zone={schedule.zone} />
            </li>
          ))}
        </ul>
      ) : null}
      {times.error ? <ProblemNote error={times.error} /> : null}
    </>
  );
}

/** Flows that start by the clock: when they are due next, and were last. */
export function SchedulesTab() {
  const schedules = useInfiniteQuery({
    queryKey: ["schedules"],
    queryFn: ({ pageParam, signal }) =>
      data(api.GET("/api/v1/schedules", { params: { query: { limit: 100, after: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: 10_000,
  });
  const rows = schedules.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <>
      {schedules.error ? <ProblemNote error={schedules.error} /> : null}
      <SimpleTable
        label={text.events.tabs.schedules}
        heads={[text.events.flow, text.events.next, text.events.last]}
        empty={schedules.isPending ? text.components.loading : text.events.noSchedules}
      >
        {rows.map((schedule) => (
          <tr key={schedule.flow_id}>
            <td>
              <b>{schedule.name}</b>
              <div className={table.quiet}>{schedule.words}</div>
            </td>
            <td>
              {schedule.next ? (
                <NextTimes schedule={schedule} />
              ) : (
                <span className={table.quiet}>{schedule.active ? text.events.over : text.events.off}</span>
              )}
            </td>
            <td>
              {schedule.last_run ? (
                <Link to="/history/$runId" params={{ runId: schedule.last_run }}>
                  <Moment at={schedule.last} />
                </Link>
              ) : (
                <Moment at={schedule.last} />
              )}
              {schedule.last_skipped > 0 ? (
                <div className={table.quiet}>{text.events.missed(schedule.last_skipped)}</div>
              ) : null}
            </td>
          </tr>
        ))}
      </SimpleTable>
      {schedules.hasNextPage ? (
        <Button variant="default" mt="sm" onClick={() => void schedules.fetchNextPage()}>
          {text.components.more}
        </Button>
      ) : null}
    </>
  );
}
